#if defined(__aarch64__)

#include "kernels/quantize_rows/quantize_rows.h"
#include "kernels/quantize_rows/quantize_rows_body.h"
#include "kernels/vec/vec_neon.h"

namespace linnet {

void quantize_rows_neon(const QuantizeRowsArgs& args) { quantize_rows_body<F8>(args); }

}  // namespace linnet

#endif
