#pragma once

#include <cstddef>

// The packed weights of one model's XNNPACK operators, shared by all its sessions: an operator
// packs what no other has packed before. Thread-safe.

namespace linnet {

struct XnnpackWeights;

// Null: no memory. Outlives the operators that use it.
XnnpackWeights* xnnpack_weights_make();
void xnnpack_weights_destroy(XnnpackWeights* weights);  // null is allowed

size_t xnnpack_weights_bytes(XnnpackWeights* weights);

}  // namespace linnet
