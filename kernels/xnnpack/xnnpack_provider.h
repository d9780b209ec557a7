#pragma once

#include <xnnpack.h>

#include "kernels/xnnpack/xnnpack_weights.h"

// XNNPACK's view of XnnpackWeights for one operator. Private to kernels/xnnpack.

namespace linnet {

// XNNPACK keeps a pointer to `provider`, which must stay where it is as long as the operator lives.
struct XnnpackWeightsView {
  XnnpackWeights* weights;
  const void* key;  // of the weights: XNNPACK itself sees a temporary copy
  xnn_weights_cache_provider provider;
};

void xnnpack_connect(XnnpackWeights* weights, const void* key, XnnpackWeightsView* view);

}  // namespace linnet
