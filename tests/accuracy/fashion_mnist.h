#pragma once

#include "networks.h"

namespace linnet::accuracy {

// u8 [n, 28, 28] and u8 [n].
struct LabelledImages {
  Array pixels, labels;
};

LabelledImages committed_images();  // 200
LabelledImages all_test_images();   // 10,000; script/accuracy_inputs.py writes them

// Share of images whose largest score is at their label.
double top1(Runner& runner, const LabelledImages& images);

}  // namespace linnet::accuracy
