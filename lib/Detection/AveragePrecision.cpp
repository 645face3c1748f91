//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Detection/AveragePrecision.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <map>
#include <optional>

using namespace llvm;
using namespace dorefa::detection;

namespace {

/// A detection that counts: right or wrong.
struct Judged {
  float score;
  bool isRight;
};

/// Precision after each of the detections by falling score, made monotone from
/// the end, and recall.
struct Curve {
  std::vector<double> precision, recall;

  Curve(std::vector<Judged> judged, int64_t objects) {
    llvm::stable_sort(judged, [](const Judged &a, const Judged &b) {
      return a.score > b.score;
    });
    int64_t right = 0;
    for (auto [i, detection] : enumerate(judged)) {
      right += detection.isRight;
      precision.push_back(double(right) / (i + 1));
      recall.push_back(double(right) / objects);
    }
    for (size_t i = precision.size(); i-- > 1;)
      precision[i - 1] = std::max(precision[i - 1], precision[i]);
  }

  double area() const {
    double sum = 0, before = 0;
    for (auto [p, r] : zip_equal(precision, recall)) {
      sum += p * (r - before);
      before = r;
    }
    return sum;
  }

  /// The mean of the precision at 101 recalls; 0 where a recall is not reached.
  double sampledMean() const {
    constexpr int samples = 101;
    double sum = 0;
    for (int i = 0; i < samples; ++i) {
      auto at = llvm::lower_bound(recall, 0.01 * i);
      if (at != recall.end())
        sum += precision[at - recall.begin()];
    }
    return sum / samples;
  }
};

/// What of one class is in an image.
struct ClassResult {
  std::vector<GroundTruth> objects;
  std::vector<Detection> detections;
};

using ResultsByClass = std::map<int32_t, std::vector<ClassResult>>;

} // namespace

/// The images that concern each class of which there are objects to find.
static ResultsByClass byClass(const std::vector<ImageResult> &images) {
  std::map<int32_t, bool> isMeasured;
  for (const ImageResult &image : images)
    for (const GroundTruth &object : image.objects)
      isMeasured[object.label] |= !object.isDifficult;
  ResultsByClass results;
  for (const ImageResult &image : images) {
    std::map<int32_t, ClassResult> parts;
    for (const GroundTruth &object : image.objects)
      parts[object.label].objects.push_back(object);
    for (const Detection &detection : image.detections)
      parts[detection.label].detections.push_back(detection);
    for (auto &[label, part] : parts)
      if (isMeasured[label])
        results[label].push_back(std::move(part));
  }
  return results;
}

static int64_t countObjects(ArrayRef<ClassResult> images) {
  int64_t count = 0;
  for (const ClassResult &image : images)
    count += llvm::count_if(image.objects, [](const GroundTruth &object) {
      return !object.isDifficult;
    });
  return count;
}

//===----------------------------------------------------------------------===//
// PASCAL VOC
//===----------------------------------------------------------------------===//

static double averagePrecisionVoc(ArrayRef<ClassResult> images) {
  std::vector<Judged> judged;
  for (const ClassResult &image : images) {
    std::vector<Detection> detections = image.detections;
    llvm::stable_sort(detections, [](const Detection &a, const Detection &b) {
      return a.score > b.score;
    });
    std::vector<bool> taken(image.objects.size());
    for (const Detection &detection : detections) {
      std::optional<size_t> best;
      double most = 0;
      for (auto [i, object] : enumerate(image.objects)) {
        const double common = overlap(detection.box, object.box);
        if (common > most) {
          most = common;
          best = i;
        }
      }
      const bool isFound = most >= 0.5;
      if (isFound && image.objects[*best].isDifficult)
        continue;
      judged.push_back({detection.score, isFound && !taken[*best]});
      if (isFound)
        taken[*best] = true;
    }
  }
  return Curve(std::move(judged), countObjects(images)).area();
}

double dorefa::detection::meanAveragePrecisionVoc(
    const std::vector<ImageResult> &images) {
  ResultsByClass results = byClass(images);
  double sum = 0;
  for (const auto &[label, parts] : results)
    sum += averagePrecisionVoc(parts);
  return results.empty() ? 0 : sum / results.size();
}

//===----------------------------------------------------------------------===//
// COCO
//===----------------------------------------------------------------------===//

/// Judges the detections of one class in one image.
static void judgeCoco(const ClassResult &image, double least,
                      std::vector<Judged> &judged) {
  constexpr size_t limit = 100;
  std::vector<Detection> detections = image.detections;
  llvm::stable_sort(detections, [](const Detection &a, const Detection &b) {
    return a.score > b.score;
  });
  if (detections.size() > limit)
    detections.resize(limit);
  // Objects that count come first; a difficult one is a detection's only where
  // none of the others is.
  std::vector<GroundTruth> objects = image.objects;
  llvm::stable_sort(objects, [](const GroundTruth &a, const GroundTruth &b) {
    return a.isDifficult < b.isDifficult;
  });
  std::vector<bool> taken(objects.size());
  for (const Detection &detection : detections) {
    std::optional<size_t> best;
    double most = least;
    for (auto [i, object] : enumerate(objects)) {
      if (taken[i])
        continue;
      if (best && !objects[*best].isDifficult && object.isDifficult)
        break;
      const double common = overlap(detection.box, object.box);
      if (common < most)
        continue;
      most = common;
      best = i;
    }
    if (best)
      taken[*best] = true;
    if (!best || !objects[*best].isDifficult)
      judged.push_back({detection.score, best.has_value()});
  }
}

double dorefa::detection::meanAveragePrecisionCoco(
    const std::vector<ImageResult> &images) {
  constexpr int thresholds = 10;
  ResultsByClass results = byClass(images);
  double sum = 0;
  for (const auto &[label, parts] : results) {
    const int64_t objects = countObjects(parts);
    for (int i = 0; i < thresholds; ++i) {
      std::vector<Judged> judged;
      for (const ClassResult &image : parts)
        judgeCoco(image, (50 + 5 * i) / 100.0, judged);
      sum += Curve(std::move(judged), objects).sampledMean();
    }
  }
  return results.empty() ? 0 : sum / (results.size() * thresholds);
}
