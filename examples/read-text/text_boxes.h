#pragma once

#include <array>
#include <span>
#include <vector>

#include "picture.h"

using Point3 = std::array<float, 3>;

// Boxes around lines of text in the map of a DB detector (Liao et al. 2020, section 3.5): each
// group of connected pixels above 0.3 gives its smallest rectangle, at any angle, grown outwards
// because the network marks the core of a line only. Groups with a mean below 0.6 or of less than 3
// pixels' height are dropped. `map` is [height][width], 0…1; `pixel` is the size of one of its
// pixels in the picture. Frames are in the picture's pixels, `right` along the text.
std::vector<Frame> text_boxes(std::span<const float> map, int width, int height, Point pixel);

// From top to bottom; frames beside each other from left to right.
void sort_for_reading(std::vector<Frame>& frames);

// The width, 8…4096, at which the frame's content keeps its shape when it is `height` high.
int width_for(const Frame& frame, int height);
