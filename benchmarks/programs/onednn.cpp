// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Matrix products and convolutions by oneDNN (Debian: libdnnl-dev), in float32
// or of bytes: unsigned activations times signed weights, 32-bit sums.
//
//   onednn gemm --type=f32|int8 --shape=M,N,K [--threads=N] [--steps=N]
//   onednn conv --type=f32|int8 --shape=SIZE,CHANNELS,FILTERS,KERNEL[,STRIDE]
//   ...
//   onednn largest
//
// `largest` prints the sum that a product of the largest bytes comes to, and
// the exact one: without instructions that sum four products, pairs of them are
// added in 16 bits, and saturate.
//
// The operands lie as the library likes them best; to bring them there is not
// timed. ONEDNN_MAX_CPU_ISA in the environment keeps it from newer
// instructions.

#include "timing.h"

#include <cstring>
#include <omp.h>
#include <oneapi/dnnl/dnnl.hpp>

using namespace dnnl;
using Type = memory::data_type;
using Tag = memory::format_tag;

namespace {
struct Types {
  Type input, weights, output;
};
} // namespace

static memory makeMemory(const memory::desc &desc, const engine &cpu) {
  memory result(desc, cpu);
  std::memset(result.get_data_handle(), 1, desc.get_size());
  return result;
}

template <typename Primitive>
static void run(const typename Primitive::primitive_desc &plan,
                const engine &cpu, long steps) {
  stream queue(cpu);
  Primitive primitive(plan);
  std::unordered_map<int, memory> arguments{
      {DNNL_ARG_SRC, makeMemory(plan.src_desc(), cpu)},
      {DNNL_ARG_WEIGHTS, makeMemory(plan.weights_desc(), cpu)},
      {DNNL_ARG_DST, makeMemory(plan.dst_desc(), cpu)}};
  peers::timeSteps(std::string("oneDNN, ") + plan.impl_info_str(), steps, [&] {
    primitive.execute(queue, arguments);
    queue.wait();
  });
}

static void runGemm(const std::vector<long> &shape, Types types,
                    const engine &cpu, long steps) {
  long m = shape[0], n = shape[1], k = shape[2];
  matmul::desc desc(memory::desc({m, k}, types.input, Tag::any),
                    memory::desc({k, n}, types.weights, Tag::any),
                    memory::desc({m, n}, types.output, Tag::any));
  run<matmul>(matmul::primitive_desc(desc, cpu), cpu, steps);
}

static void runConvolution(const std::vector<long> &shape, Types types,
                           const engine &cpu, long steps) {
  long size = shape[0], channels = shape[1], filters = shape[2],
       kernel = shape[3], stride = shape.size() > 4 ? shape[4] : 1,
       pad = kernel / 2, out = (size + 2 * pad - kernel) / stride + 1;
  convolution_forward::desc desc(
      prop_kind::forward_inference, algorithm::convolution_direct,
      memory::desc({1, channels, size, size}, types.input, Tag::any),
      memory::desc({filters, channels, kernel, kernel}, types.weights,
                   Tag::any),
      memory::desc({1, filters, out, out}, types.output, Tag::any),
      {stride, stride}, {pad, pad}, {pad, pad});
  run<convolution_forward>(convolution_forward::primitive_desc(desc, cpu), cpu,
                           steps);
}

static void printLargest(const engine &cpu) {
  const long m = 64, k = 256, n = 64;
  auto desc = [](long rows, long columns, Type type) {
    return memory::desc({rows, columns}, type, Tag::ab);
  };
  matmul::primitive_desc plan(matmul::desc(desc(m, k, Type::u8),
                                           desc(k, n, Type::s8),
                                           desc(m, n, Type::s32)),
                              cpu);
  memory lhs(plan.src_desc(), cpu), rhs(plan.weights_desc(), cpu),
      sums(plan.dst_desc(), cpu);
  std::memset(lhs.get_data_handle(), 255, m * k);
  std::memset(rhs.get_data_handle(), 127, k * n);
  stream queue(cpu);
  matmul(plan).execute(
      queue,
      {{DNNL_ARG_SRC, lhs}, {DNNL_ARG_WEIGHTS, rhs}, {DNNL_ARG_DST, sums}});
  queue.wait();
  std::printf("{\"sum\": %d, \"exact\": %ld}\n",
              *static_cast<const int32_t *>(sums.get_data_handle()),
              255 * 127 * k);
}

int main(int argc, char **argv) {
  std::string work = argc > 1 ? argv[1] : "", type;
  for (int i = 2; i < argc; ++i)
    if (std::string text = argv[i]; text.rfind("--type=", 0) == 0)
      type = text.substr(7);
  engine cpu(engine::kind::cpu, 0);
  if (work == "largest") {
    printLargest(cpu);
    return 0;
  }
  std::vector<long> shape = peers::numbersOf(argc, argv, "shape");
  bool isGemm = work == "gemm" && shape.size() == 3;
  bool isConvolution =
      work == "conv" && (shape.size() == 4 || shape.size() == 5);
  if (!(isGemm || isConvolution) || (type != "f32" && type != "int8")) {
    std::fprintf(stderr,
                 "usage: onednn gemm|conv --type=f32|int8 --shape=N,... "
                 "[--threads=N] [--steps=N]\n"
                 "       onednn largest\n");
    return 2;
  }
  omp_set_num_threads(peers::numberOf(argc, argv, "threads", 1));
  long steps = peers::numberOf(argc, argv, "steps", 10);
  Types types = type == "f32" ? Types{Type::f32, Type::f32, Type::f32}
                              : Types{Type::u8, Type::s8, Type::s32};
  (isGemm ? runGemm : runConvolution)(shape, types, cpu, steps);
}
