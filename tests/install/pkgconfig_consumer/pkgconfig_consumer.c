/* A C99 app that takes the installed package through pkg-config. */

#include <linnet/linnet.h>
#include <stdio.h>

int main(void) {
  linnet_model* model = NULL;
  const linnet_status status = linnet_model_open("no-such-file.lnt", NULL, &model);
  printf("linnet %s on %s: %s\n", linnet_version(), linnet_cpu_isa(), linnet_last_error());
  return status == LINNET_IO_ERROR && model == NULL ? 0 : 1;
}
