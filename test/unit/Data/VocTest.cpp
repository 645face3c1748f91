//===- VocTest.cpp - Data sets in the directories of PASCAL VOC -----------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/Dataset.h"
#include "dorefa/Data/ImageFile.h"

#include "TestFiles.h"

using namespace dorefa::data;
using namespace dorefa::data::test;

namespace {

std::string object(llvm::StringRef name, llvm::StringRef box,
                   llvm::StringRef more = "") {
  llvm::SmallVector<llvm::StringRef> edges;
  box.split(edges, ' ');
  std::string text = "<object><name>" + name.str() + "</name><bndbox>";
  for (auto [edge, tag] : llvm::zip(edges, std::initializer_list<const char *>{
                                               "xmin", "ymin", "xmax", "ymax"}))
    text += "<" + std::string(tag) + ">" + edge.str() + "</" + tag + ">";
  return text + "</bndbox>" + more.str() + "</object>";
}

/// A directory of three images, of which two are to train on.
struct VocDirectory : TempDir {
  VocDirectory() {
    for (const char *name :
         {"ImageSets", "ImageSets/Main", "Annotations", "JPEGImages"})
      llvm::sys::fs::create_directory(*this / name);
    write("ImageSets/Main/train.txt", bytes("one\ntwo\r\n\n"));
    write("ImageSets/Main/val.txt", bytes("three -1\n"));
    annotate("one", object("dog", "1 1 40 20") + object("cat", "11 6 20 15"));
    annotate("two", "");
    annotate("three", object("cat", "5 3 8 4", "<difficult>1</difficult>"));
    for (const char *name : {"one", "two", "three"})
      draw(name, 20, 40);
  }
  std::string
  annotate(llvm::StringRef name, llvm::StringRef objects,
           llvm::StringRef size =
               "<size><width>40</width><height>20</height></size>") {
    return write(
        ("Annotations/" + name + ".xml").str(),
        bytes(("<annotation>" + size + objects + "</annotation>").str()));
  }
  std::string draw(llvm::StringRef name, int64_t height, int64_t width) {
    Tensor image(ElementType::U8, {height, width, 3});
    llvm::fill(image.data<uint8_t>(), 90);
    std::string path = *this / ("JPEGImages/" + name + ".png").str();
    llvm::cantFail(writePng(path, image));
    return path;
  }
  std::string spec(llvm::StringRef options = ",size=32") const {
    return "voc:" + str() + options.str();
  }
};

TEST(Voc, LoadsADirectory) {
  VocDirectory directory;
  auto dataset = loadDataset(directory.spec());
  ASSERT_VALUE(dataset);
  EXPECT_TRUE(dataset->hasObjects());
  EXPECT_EQ(dataset->classes, 2);
  EXPECT_EQ(describe(dataset->train.images), "u8[2x32x32x3]");
  EXPECT_EQ(dataset->train.images.data<uint8_t>().front(), 90);
  const Objects &train = *dataset->train.objects;
  // Classes by name: cat, dog. Pixels are counted from 1.
  EXPECT_EQ(train.perImage, 2);
  EXPECT_EQ(train.labels, (std::vector<int32_t>{1, 0, -1, -1}));
  EXPECT_EQ(train.boxes[0], (Box{0, 0, 1, 1}));
  EXPECT_EQ(train.boxes[1], (Box{0.25f, 0.25f, 0.5f, 0.75f}));
  const Objects &test = *dataset->test.objects;
  EXPECT_EQ(test.labels, (std::vector<int32_t>{0, -1}));
  EXPECT_EQ(test.difficult, (std::vector<uint8_t>{1, 0}));
  EXPECT_EQ(test.boxes[0], (Box{0.1f, 0.1f, 0.2f, 0.2f}));
}

TEST(Voc, TakesOptions) {
  VocDirectory directory;
  auto dataset =
      loadDataset(directory.spec(",size=40,channels=1,train=train,test=train"));
  ASSERT_VALUE(dataset);
  EXPECT_EQ(describe(dataset->test.images), "u8[2x40x40x1]");
  EXPECT_ERROR(
      loadDataset("voc:size=32"),
      "data set 'voc': expected a directory after the name, as voc:DIR");
  EXPECT_ERROR(loadDataset(directory.spec(",channels=2")),
               "data set 'voc': channels=2: expected 1 or 3");
  EXPECT_ERROR(loadDataset(directory.spec(",size=1")),
               "size=1: expected a number from 32 to 2048");
  EXPECT_ERROR(loadDataset(directory.spec(",sets=1")),
               "option 'sets' is not known; expected size, channels, train, "
               "test, as KEY=VALUE");
  EXPECT_ERROR(loadDataset(directory.spec(",test=none")),
               directory / "ImageSets/Main/none.txt: cannot be read");
}

TEST(Voc, NamesWhatIsWrongWithAnnotations) {
  VocDirectory directory;
  auto expectError = [&](llvm::StringRef objects, llvm::StringRef expected) {
    std::string path = directory.annotate("two", objects);
    EXPECT_ERROR(loadDataset(directory.spec()), path + ": " + expected.str());
  };
  expectError("<object/>", "object 0 has no <name>");
  expectError("<object><name>cat</name></object>", "object 0 has no <bndbox>");
  expectError(object("cat", "1 1 2"), "object 0 has no <ymax>");
  expectError(object("cat", "1 1 2 x"),
              "expected a number as <ymax> of object 0, found 'x'");
  expectError(object("cat", "1 1 nan 2"),
              "expected a number as <xmax> of object 0, found 'nan'");
  expectError(object("cat", "1 1 2 2") + object("cat", "3 1 1 2"),
              "object 1: xmin and xmax are ");
  expectError(object("cat", "1 1 41 2"), "object 0: xmin and xmax are ");
  expectError(object("cat", "-1 1 4 2"), "object 0: xmin and xmax are ");
  expectError(object("cat", "1 1 4 21"), "object 0: ymin and ymax are ");
  expectError("<object>", "not XML: ");
  std::string path = directory.write("Annotations/two.xml", bytes("<a/>"));
  EXPECT_ERROR(loadDataset(directory.spec()),
               path + ": expected an element <annotation>");
  directory.annotate("two", "", "");
  EXPECT_ERROR(loadDataset(directory.spec()), path + ": <size> has no <width>");
  directory.annotate("two", "",
                     "<size><width>0</width><height>1</height></size>");
  EXPECT_ERROR(loadDataset(directory.spec()),
               path + ": expected a <size> of at least 1x1");
}

TEST(Voc, NamesWhatIsWrongWithFiles) {
  VocDirectory directory;
  std::string image = directory.draw("two", 20, 39);
  EXPECT_ERROR(loadDataset(directory.spec()),
               image + ": expected 40x20 pixels, as its annotation has it, "
                       "found 39x20");
  llvm::sys::fs::remove(image);
  EXPECT_ERROR(loadDataset(directory.spec()),
               directory / "JPEGImages/two.jpg: not found, nor with .jpeg or "
                           ".png");
  directory.draw("two", 20, 40);
  std::string path = directory.annotate("three", object("cow", "1 1 2 2"));
  EXPECT_ERROR(loadDataset(directory.spec()),
               path + ": class 'cow' is not in the set to train on, 'train'");
  std::string list = directory.write("ImageSets/Main/val.txt", bytes("\n"));
  EXPECT_ERROR(loadDataset(directory.spec()), list + ": names no images");
  directory.write("ImageSets/Main/val.txt", bytes("../one\n"));
  EXPECT_ERROR(loadDataset(directory.spec()),
               list + ": expected names of images, found '../one'");
  directory.write("ImageSets/Main/val.txt", bytes("four\n"));
  EXPECT_ERROR(loadDataset(directory.spec()),
               directory / "Annotations/four.xml: cannot be read");
  directory.write("ImageSets/Main/train.txt", bytes("two\n"));
  directory.write("ImageSets/Main/val.txt", bytes("two\n"));
  EXPECT_ERROR(loadDataset(directory.spec()),
               directory / "ImageSets/Main/train.txt: no image of the set has "
                           "an object");
}

} // namespace
