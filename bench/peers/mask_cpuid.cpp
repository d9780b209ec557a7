#include <asm/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <initializer_list>

// Shows a program a processor of AVX2, FMA and F16C, whatever it runs on: a library for LD_PRELOAD.
//
// Linux can make the CPUID instruction fault (arch_prctl, "CPUID faulting"). The handler here
// executes it in the program's place and clears the bits of AVX-512, AVX-VNNI, AMX, GFNI, VAES and
// AVX10. Threads inherit the setting. So engines without a switch for the instruction set can be
// compared on AVX2. Exit code 77: the processor or the hypervisor has no CPUID faulting.

namespace {

// arch_prctl's number for it; older headers lack the name.
constexpr int kSetCpuid = 0x1012;
constexpr int kUnsupported = 77;

struct Registers {
  uint32_t a, b, c, d;
};

constexpr uint32_t bits(std::initializer_list<int> positions) {
  uint32_t mask = 0;
  for (const int p : positions) mask |= uint32_t{1} << p;
  return mask;
}

// Intel's manual, volume 2A, CPUID, leaf 7.
constexpr uint32_t kLeaf70Ebx = bits({16, 17, 21, 26, 27, 28, 30, 31});  // AVX512 F DQ … VL
constexpr uint32_t kLeaf70Ecx = bits({1, 6, 8, 9, 10, 11, 12, 14});      // VBMI … GFNI, VNNI
constexpr uint32_t kLeaf70Edx = bits({2, 3, 8, 22, 23, 24, 25});         // FP16, AMX
constexpr uint32_t kLeaf71Eax = bits({4, 5, 21, 23});                    // AVX-VNNI, BF16
constexpr uint32_t kLeaf71Edx = bits({4, 5, 8, 10, 19});                 // AVX-VNNI-INT8, AVX10
constexpr uint32_t kTileLeaf = 0x1D, kTileMultiplyLeaf = 0x1E, kAvx10Leaf = 0x24;

void set_cpuid(unsigned long allowed) { syscall(SYS_arch_prctl, kSetCpuid, allowed); }

Registers masked_cpuid(uint32_t leaf, uint32_t part) {
  Registers r{leaf, 0, part, 0};
  __asm__ volatile("cpuid" : "+a"(r.a), "=b"(r.b), "+c"(r.c), "=d"(r.d));
  if (leaf == kTileLeaf || leaf == kTileMultiplyLeaf || leaf == kAvx10Leaf) return {};
  if (leaf == 7 && part == 0) {
    r.b &= ~kLeaf70Ebx;
    r.c &= ~kLeaf70Ecx;
    r.d &= ~kLeaf70Edx;
  } else if (leaf == 7 && part == 1) {
    r.a &= ~kLeaf71Eax;
    r.d &= ~kLeaf71Edx;
  }
  return r;
}

void on_fault(int signal, siginfo_t*, void* context) {
  greg_t* registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  const auto* code = reinterpret_cast<const uint8_t*>(registers[REG_RIP]);
  if (code[0] != 0x0F || code[1] != 0xA2) {  // a fault of the program's own: happens again, deadly
    std::signal(signal, SIG_DFL);
    return;
  }
  set_cpuid(1);
  const Registers r = masked_cpuid(static_cast<uint32_t>(registers[REG_RAX]),
                                   static_cast<uint32_t>(registers[REG_RCX]));
  set_cpuid(0);
  registers[REG_RAX] = r.a;
  registers[REG_RBX] = r.b;
  registers[REG_RCX] = r.c;
  registers[REG_RDX] = r.d;
  registers[REG_RIP] += 2;
}

[[gnu::constructor]] void hide() {
  struct sigaction action;
  std::memset(&action, 0, sizeof(action));
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  sigaction(SIGSEGV, &action, nullptr);
  if (syscall(SYS_arch_prctl, kSetCpuid, 0UL) != 0) {
    std::fprintf(stderr, "no CPUID faulting here: AVX-512 cannot be hidden\n");
    _exit(kUnsupported);
  }
}

}  // namespace
