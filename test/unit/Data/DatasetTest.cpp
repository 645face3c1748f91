//===- DatasetTest.cpp - Image classification data sets -------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/Dataset.h"

#include "dorefa/Data/File.h"
#include "dorefa/Data/Npy.h"

#include "TestFiles.h"

#include <limits>

using namespace llvm;
using namespace dorefa::data;
using namespace dorefa::data::test;

namespace {

Bytes images(uint32_t count, uint32_t height, uint32_t width) {
  Bytes pixels(count * height * width);
  for (size_t i = 0; i < pixels.size(); ++i)
    pixels[i] = i;
  return big32(0x803) + big32(count) + big32(height) + big32(width) + pixels;
}
Bytes labels(const Bytes &values) {
  return big32(0x801) + big32(values.size()) + values;
}

void writeMnist(const TempDir &directory) {
  directory.write("train-images-idx3-ubyte", images(3, 2, 4));
  directory.write("train-labels-idx1-ubyte.gz",
                  compress(labels({9, 0, 5}), 31));
  directory.write("t10k-images-idx3-ubyte.gz", compress(images(2, 2, 4), 31));
  directory.write("t10k-labels-idx1-ubyte", labels({1, 2}));
}

TEST(Dataset, LoadsMnist) {
  TempDir directory;
  writeMnist(directory);
  for (StringRef name : {"mnist:", "fashion-mnist:"}) {
    auto dataset = loadDataset((name + directory.str()).str());
    ASSERT_VALUE(dataset);
    EXPECT_EQ(dataset->name, name.drop_back());
    EXPECT_EQ(describe(dataset->train.images), "u8[3x2x4x1]");
    EXPECT_EQ(dataset->train.labels, (std::vector<int32_t>{9, 0, 5}));
    EXPECT_EQ(describe(dataset->test.images), "u8[2x2x4x1]");
    EXPECT_EQ(dataset->test.size(), 2);
    EXPECT_EQ(dataset->height, 2);
    EXPECT_EQ(dataset->width, 4);
    EXPECT_EQ(dataset->channels, 1);
    EXPECT_EQ(dataset->classes, 10);
  }
}

TEST(Dataset, KeepsToTheLimits) {
  TempDir directory;
  writeMnist(directory);
  LoadOptions options;
  options.trainLimit = 2;
  options.testLimit = 100;
  auto dataset = loadDataset("mnist:" + directory.str(), options);
  ASSERT_VALUE(dataset);
  EXPECT_EQ(describe(dataset->train.images), "u8[2x2x4x1]");
  EXPECT_EQ(dataset->train.labels, (std::vector<int32_t>{9, 0}));
  EXPECT_EQ(dataset->test.size(), 2);
  options.testLimit = 0;
  EXPECT_ERROR(loadDataset("mnist:" + directory.str(), options),
               "the limit of test images is 0; expected at least 1");
}

TEST(Dataset, FillsBatches) {
  TempDir directory;
  writeMnist(directory);
  auto dataset = loadDataset("mnist:" + directory.str());
  ASSERT_VALUE(dataset);
  float batch[16];
  int32_t batchLabels[2];
  fillBatch(dataset->train, {2, 0}, batch);
  fillLabels(dataset->train, {2, 0}, batchLabels);
  for (int i = 0; i < 8; ++i) {
    EXPECT_EQ(batch[i], (16 + i) / 255.0f);
    EXPECT_EQ(batch[8 + i], i / 255.0f);
  }
  EXPECT_EQ(batchLabels[0], 5);
  EXPECT_EQ(batchLabels[1], 9);
  fillBatch(dataset->train, {}, nullptr);
}

TEST(Dataset, ExtremePixelsAreZeroAndOne) {
  DatasetPart part;
  part.images = tensorOf<uint8_t>({1, 1, 1, 2}, {0, 255});
  part.labels = {0};
  float batch[2];
  fillBatch(part, {0}, batch);
  EXPECT_EQ(batch[0], 0.0f);
  EXPECT_EQ(batch[1], 1.0f);
}

TEST(Dataset, NamesWhatIsWrongInMnist) {
  TempDir directory;
  std::string spec = "mnist:" + directory.str();
  writeMnist(directory);
  std::string path = directory.write("t10k-labels-idx1-ubyte", labels({1, 10}));
  EXPECT_ERROR(loadDataset(spec),
               path + ": label 10 at index 1 is not in 0..9");
  directory.write("t10k-labels-idx1-ubyte", labels({1}));
  EXPECT_ERROR(loadDataset(spec),
               path + ": expected 2 labels, one for each image of " +
                   directory / "t10k-images-idx3-ubyte.gz, found 1");
  // Images in the place of labels.
  directory.write("t10k-labels-idx1-ubyte", images(2, 2, 4));
  EXPECT_ERROR(loadDataset(spec), path + ": IDX magic is 0x00000803");
  directory.write("t10k-labels-idx1-ubyte", labels({1, 2}));
  directory.write("t10k-images-idx3-ubyte.gz", images(2, 4, 2));
  EXPECT_ERROR(loadDataset(spec), "expected train and test images of one kind, "
                                  "found u8[3x2x4x1] and u8[2x4x2x1]");
  directory.write("t10k-images-idx3-ubyte.gz", images(0, 2, 4));
  directory.write("t10k-labels-idx1-ubyte", labels({}));
  EXPECT_ERROR(loadDataset(spec),
               spec + " (test): expected images with pixels");
}

TEST(Dataset, NamesTheMissingFiles) {
  TempDir directory;
  std::string names = "no train-images-idx3-ubyte, no train-labels-idx1-ubyte, "
                      "no t10k-images-idx3-ubyte, no t10k-labels-idx1-ubyte "
                      "(nor with .gz)";
  EXPECT_ERROR(loadDataset("mnist:" + directory.str()),
               directory.str() + ": data set 'mnist' not found: " + names);
  EXPECT_ERROR(loadDataset("fashion-mnist:" + directory.str()),
               names + "; on Debian: apt-get install dataset-fashion-mnist");
}

TEST(Dataset, NamesWhatIsWrongInTheSpec) {
  EXPECT_ERROR(loadDataset("imagenet:/dir"),
               "data set 'imagenet': is not known; expected fashion-mnist, "
               "fashion-scenes, mnist, svhn, cifar10, npz or voc, as "
               "NAME[:DIR]");
  EXPECT_ERROR(loadDataset(""), "data set '': is not known");
  EXPECT_ERROR(loadDataset("svhn"), "data set 'svhn': expected a directory "
                                    "after the name, as svhn:DIR");
  EXPECT_ERROR(loadDataset("npz:"), "data set 'npz': expected a file after the "
                                    "name, as npz:FILE");
}

TEST(Dataset, ComposesScenes) {
  TempDir directory;
  Bytes labels = big32(0x801) + big32(3) + Bytes{9, 0, 5};
  Bytes pixels(3 * 784, 200);
  Bytes images = big32(0x803) + big32(3) + big32(28) + big32(28) + pixels;
  for (StringRef part : {"train", "t10k"}) {
    directory.write((part + "-images-idx3-ubyte").str(), images);
    directory.write((part + "-labels-idx1-ubyte").str(), labels);
  }
  auto spec = [&](StringRef options) {
    return "fashion-scenes:" + directory.str() + options.str();
  };
  auto dataset = loadDataset(spec(",train=3,test=2,size=48,objects=2,seed=7"));
  ASSERT_VALUE(dataset);
  EXPECT_EQ(describe(dataset->train.images), "u8[3x48x48x1]");
  EXPECT_EQ(describe(dataset->test.images), "u8[2x48x48x1]");
  EXPECT_TRUE(dataset->hasObjects());
  EXPECT_EQ(dataset->train.objects->perImage, 2);
  EXPECT_EQ(dataset->classes, 10);
  LoadOptions limit;
  limit.trainLimit = 1;
  dataset = loadDataset(spec(",train=3,test=2,size=48"), limit);
  ASSERT_VALUE(dataset);
  EXPECT_EQ(dataset->train.objects->images(), 1);
  EXPECT_ERROR(
      loadDataset(spec(",size=8")),
      "data set 'fashion-scenes': size=8: expected a number from 32 to "
      "1024");
  EXPECT_ERROR(loadDataset(spec(",objects=0")), "objects=0: expected");
  EXPECT_ERROR(loadDataset(spec(",count=1")),
               "option 'count' is not known; expected train, test, size, "
               "objects, seed, as KEY=VALUE");
  directory.write("t10k-images-idx3-ubyte",
                  big32(0x803) + big32(3) + big32(14) + big32(56) + pixels);
  EXPECT_ERROR(loadDataset(spec("")),
               "expected square items to compose scenes of, found "
               "u8[3x14x56x1]");
}

/// A .npz archive of stored arrays.
Bytes npz(ArrayRef<std::pair<StringRef, Tensor>> arrays) {
  TempDir directory;
  Bytes local, central;
  for (const auto &[name, tensor] : arrays) {
    std::string path = directory / "array.npy";
    cantFail(writeNpy(path, tensor));
    auto buffer = cantFail(readFile(path));
    Bytes data = bytes(buffer->getBuffer());
    Bytes common = little(0, 8) +
                   little(crc32_z(0, data.data(), data.size()), 4) +
                   little(data.size(), 4) + little(data.size(), 4) +
                   little(name.size() + 4, 2) + little(0, 2);
    central = central + little(0x02014b50, 4) + little(0, 4) + common +
              little(0, 10) + little(local.size(), 4) + bytes(name) +
              bytes(".npy");
    local = local + little(0x04034b50, 4) + little(0, 2) + common +
            bytes(name) + bytes(".npy") + data;
  }
  return local + central + little(0x06054b50, 4) + little(0, 4) +
         little(arrays.size(), 2) + little(arrays.size(), 2) +
         little(central.size(), 4) + little(local.size(), 4) + little(0, 2);
}

Bytes npz(Tensor xTrain, Tensor yTrain, Tensor xTest, Tensor yTest) {
  std::pair<StringRef, Tensor> arrays[] = {{"x_train", std::move(xTrain)},
                                           {"y_train", std::move(yTrain)},
                                           {"x_test", std::move(xTest)},
                                           {"y_test", std::move(yTest)}};
  return npz(arrays);
}

TEST(Dataset, LoadsNpz) {
  TempDir directory;
  std::string path = directory / "data.npz";
  directory.write("data.npz",
                  npz(tensorOf<float>({2, 3}, {-1, 2, 0.5, 4, 5, 6}),
                      tensorOf<int64_t>({2}, {0, 3}),
                      tensorOf<float>({1, 3}, {7, 8, 9}),
                      tensorOf<uint8_t>({1, 1}, {1})));
  auto flat = loadDataset("npz:" + path);
  ASSERT_VALUE(flat);
  EXPECT_EQ(describe(flat->train.images), "f32[2x1x1x3]");
  EXPECT_EQ(flat->channels, 3);
  EXPECT_EQ(flat->classes, 4);
  EXPECT_EQ(flat->train.labels, (std::vector<int32_t>{0, 3}));
  // f32 images are not scaled.
  float batch[3];
  fillBatch(flat->train, {0}, batch);
  EXPECT_EQ(batch[0], -1.0f);
  EXPECT_EQ(batch[2], 0.5f);

  for (std::vector<int64_t> shape :
       {std::vector<int64_t>{1, 2, 2}, {1, 2, 2, 1}}) {
    directory.write("data.npz", npz(tensorOf<uint8_t>(shape, {1, 2, 3, 4}),
                                    tensorOf<uint64_t>({1}, {0}),
                                    tensorOf<uint8_t>(shape, {1, 2, 3, 4}),
                                    tensorOf<int32_t>({1}, {0})));
    auto dataset = loadDataset("npz:" + path);
    ASSERT_VALUE(dataset);
    EXPECT_EQ(describe(dataset->train.images), "u8[1x2x2x1]");
  }
}

TEST(Dataset, NamesWhatIsWrongInNpz) {
  TempDir directory;
  std::string path = directory / "data.npz";
  auto expectError = [&](Tensor x, Tensor y, StringRef part) {
    directory.write("data.npz", npz(std::move(x), std::move(y),
                                    Tensor(ElementType::U8, {1, 4}),
                                    Tensor(ElementType::U8, {1})));
    EXPECT_ERROR(loadDataset("npz:" + path), path + ": " + part.str());
  };
  auto x = [] { return Tensor(ElementType::U8, {2, 4}); };
  auto y = [] { return Tensor(ElementType::U8, {2}); };
  expectError(Tensor(ElementType::F64, {2, 4}), y(),
              "expected x_train of 2 to 4 dimensions, u8 or f32, found "
              "f64[2x4]");
  expectError(Tensor(ElementType::U8, {2}), y(),
              "expected x_train of 2 to 4 dimensions");
  expectError(tensorOf<float>({1, 1}, {std::numeric_limits<float>::infinity()}),
              y(), "expected finite values in x_train");
  expectError(x(), Tensor(ElementType::U8, {3}),
              "expected 2 labels in y_train, one for each image of x_train, "
              "found 3");
  expectError(x(), Tensor(ElementType::U8, {2, 2}),
              "expected y_train of one dimension, found u8[2x2]");
  expectError(x(), Tensor(ElementType::F32, {2}),
              "expected y_train of integers, found f32[2]");
  expectError(x(), Tensor(ElementType::Bool, {2}),
              "expected y_train of integers, found bool[2]");
  expectError(x(), tensorOf<int8_t>({2}, {0, -1}),
              "expected labels from 0 to 2^31-2 in y_train, found -1 at index "
              "1");
  expectError(x(), tensorOf<uint64_t>({2}, {uint64_t(1) << 40, 0}),
              "expected labels from 0 to 2^31-2 in y_train");
  directory.write("data.npz", npz(ArrayRef<std::pair<StringRef, Tensor>>()));
  EXPECT_ERROR(loadDataset("npz:" + path), path + ": holds no array 'x_train'");
  directory.write("data.npz", bytes("not a zip"));
  EXPECT_ERROR(loadDataset("npz:" + path), path + ": is not a zip archive");
}

// The package is installed where the project is tested, but need not be.
TEST(Dataset, LoadsFashionMnist) {
  if (!sys::fs::exists("/usr/share/datasets/fashion-mnist"))
    GTEST_SKIP() << "the Debian package dataset-fashion-mnist is missing";
  auto dataset = loadDataset("fashion-mnist");
  ASSERT_VALUE(dataset);
  EXPECT_EQ(describe(dataset->train.images), "u8[60000x28x28x1]");
  EXPECT_EQ(describe(dataset->test.images), "u8[10000x28x28x1]");
  std::vector<int> counts(10);
  for (int32_t label : dataset->train.labels)
    ++counts[label];
  EXPECT_EQ(counts, std::vector<int>(10, 6000));
}

} // namespace
