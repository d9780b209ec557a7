#include "kernels/copy_nd/copy_nd.h"
#include "kernels/copy_nd/copy_nd_body.h"

namespace linnet {

void copy_nd_scalar(const CopyNdArgs& args) { copy_nd_body<PlainTile>(args); }

}  // namespace linnet
