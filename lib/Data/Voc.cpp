//===- Voc.cpp - Data sets in the directories of PASCAL VOC ---------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/Voc.h"

#include "dorefa/Data/File.h"
#include "dorefa/Data/ImageFile.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Path.h"

#include <cmath>
#include <map>
#include <pugixml.hpp>

using namespace llvm;
using namespace dorefa::data;

namespace {

struct Annotation {
  struct Object {
    std::string name;
    Box box;
    bool isDifficult;
  };
  int64_t width = 0, height = 0;
  std::vector<Object> objects;
};

/// Reads numbers out of one XML file.
class AnnotationReader {
public:
  AnnotationReader(StringRef path) : path(path) {}

  Expected<Annotation> read();

private:
  /// A finite number, the text of a child.
  Expected<double> number(pugi::xml_node node, const char *child,
                          const Twine &where);
  Expected<Annotation::Object>
  readObject(pugi::xml_node node, const Annotation &image, const Twine &where);

  StringRef path;
};

} // namespace

static std::string shown(double number) {
  std::string text;
  raw_string_ostream(text) << format("%g", number);
  return text;
}

Expected<double> AnnotationReader::number(pugi::xml_node node,
                                          const char *child,
                                          const Twine &where) {
  pugi::xml_node found = node.child(child);
  if (!found)
    return fileError(path, where + " has no <" + child + ">");
  double value;
  StringRef text = StringRef(found.text().get()).trim();
  if (text.getAsDouble(value) || !std::isfinite(value))
    return fileError(path, "expected a number as <" + Twine(child) + "> of " +
                               where + ", found '" + printable(text) + "'");
  return value;
}

Expected<Annotation::Object>
AnnotationReader::readObject(pugi::xml_node node, const Annotation &image,
                             const Twine &where) {
  Annotation::Object object;
  object.name = StringRef(node.child("name").text().get()).trim().str();
  if (object.name.empty())
    return fileError(path, where + " has no <name>");
  object.isDifficult = node.child("difficult").text().as_int() != 0;
  pugi::xml_node bounds = node.child("bndbox");
  if (!bounds)
    return fileError(path, where + " has no <bndbox>");
  double edges[4];
  static constexpr const char *names[] = {"xmin", "ymin", "xmax", "ymax"};
  for (int i = 0; i < 4; ++i) {
    Expected<double> edge = number(bounds, names[i], where);
    if (!edge)
      return edge.takeError();
    edges[i] = *edge;
  }
  // Some tools count from 0: a box may begin in front of the first pixel.
  for (int axis : {0, 1}) {
    const double side = axis == 0 ? image.width : image.height;
    const double first = std::max(edges[axis] - 1, 0.0);
    const double last = edges[axis + 2];
    if (edges[axis] < 0 || first >= last || last > side)
      return fileError(path,
                       where + ": " + names[axis] + " and " + names[axis + 2] +
                           " are " + shown(edges[axis]) + " and " +
                           shown(last) + ", expected 1 <= " + names[axis] +
                           " <= " + names[axis + 2] + " <= " + shown(side));
    object.box[axis] = first / side;
    object.box[axis + 2] = last / side;
  }
  return object;
}

Expected<Annotation> AnnotationReader::read() {
  auto buffer = readFile(path);
  if (!buffer)
    return buffer.takeError();
  StringRef text = (*buffer)->getBuffer();
  pugi::xml_document document;
  pugi::xml_parse_result parsed =
      document.load_buffer(text.data(), text.size());
  if (!parsed)
    return fileError(path, "not XML: " + Twine(parsed.description()) +
                               " at byte " + Twine(parsed.offset));
  pugi::xml_node root = document.child("annotation");
  if (!root)
    return fileError(path, "expected an element <annotation>");
  Annotation annotation;
  pugi::xml_node size = root.child("size");
  Expected<double> width = number(size, "width", "<size>");
  if (!width)
    return width.takeError();
  Expected<double> height = number(size, "height", "<size>");
  if (!height)
    return height.takeError();
  if (!(*width >= 1 && *width <= INT32_MAX && *height >= 1 &&
        *height <= INT32_MAX))
    return fileError(path, "expected a <size> of at least 1x1, found " +
                               shown(*width) + "x" + shown(*height));
  annotation.width = *width;
  annotation.height = *height;
  for (pugi::xml_node node : root.children("object")) {
    std::string where = "object " + std::to_string(annotation.objects.size());
    Expected<Annotation::Object> object = readObject(node, annotation, where);
    if (!object)
      return object.takeError();
    annotation.objects.push_back(std::move(*object));
  }
  return annotation;
}

namespace {

/// The images of one set: their names and annotations.
struct ImageSet {
  std::vector<std::string> names;
  std::vector<Annotation> annotations;

  int64_t mostObjects() const {
    size_t most = 1;
    for (const Annotation &annotation : annotations)
      most = std::max(most, annotation.objects.size());
    return most;
  }
};

class VocLoader {
public:
  VocLoader(StringRef directory, const VocOptions &options)
      : directory(directory), options(options) {}

  Expected<Dataset> load();

private:
  std::string path(const Twine &a, const Twine &b, const Twine &c = "") const {
    SmallString<128> result(directory);
    sys::path::append(result, a, b, c);
    return result.str().str();
  }
  Expected<ImageSet> readSet(StringRef name);
  Expected<std::string> findImage(StringRef name);
  Expected<DatasetPart> makePart(const ImageSet &set, int64_t perImage);

  StringRef directory;
  const VocOptions &options;
  std::map<std::string, int32_t> classes;
};

} // namespace

Expected<ImageSet> VocLoader::readSet(StringRef name) {
  std::string list = path("ImageSets", "Main", name + ".txt");
  auto buffer = readFile(list);
  if (!buffer)
    return buffer.takeError();
  ImageSet set;
  StringRef rest = (*buffer)->getBuffer();
  while (!rest.empty()) {
    auto [line, after] = rest.split('\n');
    rest = after;
    // A second column says whether a class is there.
    StringRef image = line.trim().split(' ').first;
    if (image.empty())
      continue;
    if (image.contains('/') || image == "..")
      return fileError(list, "expected names of images, found '" +
                                 printable(image) + "'");
    std::string file = path("Annotations", image + ".xml");
    Expected<Annotation> annotation = AnnotationReader(file).read();
    if (!annotation)
      return annotation.takeError();
    set.names.push_back(image.str());
    set.annotations.push_back(std::move(*annotation));
  }
  if (set.names.empty())
    return fileError(list, "names no images");
  return set;
}

Expected<std::string> VocLoader::findImage(StringRef name) {
  for (StringRef suffix : {".jpg", ".jpeg", ".png"}) {
    std::string file = path("JPEGImages", name + suffix);
    if (sys::fs::exists(file))
      return file;
  }
  return fileError(path("JPEGImages", name + ".jpg"),
                   "not found, nor with .jpeg or .png");
}

Expected<DatasetPart> VocLoader::makePart(const ImageSet &set,
                                          int64_t perImage) {
  const int64_t count = set.names.size(), size = options.size;
  DatasetPart part;
  part.images = Tensor(ElementType::U8, {count, size, size, options.channels});
  MutableArrayRef<uint8_t> pixels = part.images.data<uint8_t>();
  Objects &objects = part.objects.emplace();
  objects.perImage = perImage;
  for (int64_t i = 0; i < count; ++i) {
    Expected<std::string> file = findImage(set.names[i]);
    if (!file)
      return file.takeError();
    Expected<Tensor> image = readImage(*file, options.channels);
    if (!image)
      return image.takeError();
    const Annotation &annotation = set.annotations[i];
    const int64_t height = image->shape()[0], width = image->shape()[1];
    if (height != annotation.height || width != annotation.width)
      return fileError(*file, "expected " + Twine(annotation.width) + "x" +
                                  Twine(annotation.height) +
                                  " pixels, as its annotation has it, found " +
                                  Twine(width) + "x" + Twine(height));
    Tensor scaled = resizeImage(*image, size, size);
    llvm::copy(scaled.data<uint8_t>(),
               pixels.begin() + i * scaled.numElements());
    objects.addImage();
    for (const Annotation::Object &object : annotation.objects) {
      auto known = classes.find(object.name);
      if (known == classes.end())
        return fileError(path("Annotations", set.names[i] + ".xml"),
                         "class '" + printable(object.name) +
                             "' is not in the set to train on, '" +
                             options.train + "'");
      objects.addObject(known->second, object.box, object.isDifficult);
    }
  }
  return part;
}

Expected<Dataset> VocLoader::load() {
  Expected<ImageSet> train = readSet(options.train);
  if (!train)
    return train.takeError();
  Expected<ImageSet> test = readSet(options.test);
  if (!test)
    return test.takeError();
  for (const Annotation &annotation : train->annotations)
    for (const Annotation::Object &object : annotation.objects)
      classes[object.name] = 0;
  if (classes.empty())
    return fileError(path("ImageSets", "Main", options.train + ".txt"),
                     "no image of the set has an object");
  for (auto [number, entry] : enumerate(classes))
    entry.second = number;
  const int64_t perImage = std::max(train->mostObjects(), test->mostObjects());
  Expected<DatasetPart> trainPart = makePart(*train, perImage);
  if (!trainPart)
    return trainPart.takeError();
  Expected<DatasetPart> testPart = makePart(*test, perImage);
  if (!testPart)
    return testPart.takeError();
  Dataset dataset;
  dataset.name = "voc";
  dataset.train = std::move(*trainPart);
  dataset.test = std::move(*testPart);
  dataset.classes = classes.size();
  return dataset;
}

Expected<Dataset> dorefa::data::loadVoc(StringRef directory,
                                        const VocOptions &options) {
  return VocLoader(directory, options).load();
}
