#include "kernels/quantize_rows/quantize_rows.h"
#include "kernels/quantize_rows/quantize_rows_body.h"
#include "kernels/vec/vec_scalar.h"

namespace linnet {

void quantize_rows_scalar(const QuantizeRowsArgs& args) { quantize_rows_body<F1>(args); }

}  // namespace linnet
