#pragma once

#include "kernels/im2col/im2col.h"
#include "kernels/minmax_f32/minmax_f32.h"
#include "kernels/quantize_rows/quantize_rows.h"
#include "runtime/ops/matmul_plan.h"
#include "runtime/ops/window.h"

// How conv_2d, conv_transpose_2d and fully_connected run: the output is cut into tiles of pixels,
// each gathered into rows (unless the input can be read in place) and multiplied with packed
// weights. One "part" is one packed matrix and the output pixels it makes: a group, or a group's
// stride phase. Every output is computed by one call over the whole k, so tiles and threads do not
// change bits.

namespace linnet {

// All distances in values of x and y.
struct ConvPart {
  MatmulBlob blob;
  WindowGeometry window;  // pad_bottom and pad_right are not used
  size_t x_offset;        // first value of image 0 that the window sees
  size_t y_offset;        // first output value of image 0
  size_t y_row, y_pixel;  // from output row to row and pixel to pixel
  bool direct;            // rows of A are the pixels of x themselves
};

struct ConvPlan {
  MatmulPlan matmul;
  Im2colFn* im2col;
  MinmaxF32Fn* minmax;       // dynamic
  QuantizeRowsFn* quantize;  // dynamic
  bool per_row;              // dynamic: each row of A has its own scale (fully_connected)
  const ConvPart* parts;
  size_t part_count;
  size_t images, x_image, y_image;  // values from image to image
  size_t x_row, x_pixel;            // values from row to row and pixel to pixel of x
  size_t x_pixels;                  // of all images: the rows of a dynamic input
  size_t pixel_values;              // channels of x
  // Tiles.
  size_t tile;     // output pixels of one tile
  size_t tiles;    // of the part with the most pixels
  size_t columns;  // output channels of one work item, a multiple of 8
  size_t column_ranges;
  size_t row_bytes;  // of a gathered row
  // Scratch offsets in bytes.
  size_t quantized;      // the dynamic input
  size_t quantized_row;  // bytes from pixel to pixel of it
  size_t scales, zeros;  // per_row: one for each row; else one
  size_t partial;        // lo and hi for each thread
  // Gathered rows: of all pixels, one block for each part and image, if several column ranges share
  // them; else of a tile, one block for each thread.
  bool gathers_first;
  size_t gathered, gathered_block;
};

// Fills in the tiles and scratch of a plan that has everything before "Tiles", asks for the scratch
// and sets the step's run function. `macs` for the whole node.
Status finish_conv_plan(PlanContext& ctx, ConvPlan* plan, uint64_t macs);

void run_conv(const RunContext& run);

}  // namespace linnet
