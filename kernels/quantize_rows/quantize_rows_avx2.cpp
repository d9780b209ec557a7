#include "kernels/quantize_rows/quantize_rows.h"
#include "kernels/quantize_rows/quantize_rows_body.h"
#include "kernels/vec/vec_avx2.h"

namespace linnet {

void quantize_rows_avx2(const QuantizeRowsArgs& args) { quantize_rows_body<F8>(args); }

}  // namespace linnet
