// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The speeds of a matrix unit (AMX) on a machine that others share: 0.2 ms each
// of products of registers, of products and loads of what the first-level cache
// holds, of sums of products of vectors (VNNI), and of a chain of integer sums,
// in turns for SECONDS (20), a quarter of a second of zeros and one of random
// bytes. Of each data, turns whose loads take twice as long as in the fastest
// turn, or more, are told from the others.
//
// On two vCPUs of an Emerald Rapids, shared with others, products of data that
// is not zero let the clock of the core fall: in fast turns the chain, a sum a
// cycle, takes 0.44 ns where it takes 0.36 to 0.38 beside zeros (2.3 GHz,
// and 2.6 to 2.8), a product and a load 7.0 ns where it takes 5.7 to 5.9. In
// slow turns the data makes no difference: a product takes 14 to 16 ns, and 23
// to 29 with a load.
//
//   g++ -O2 -march=sapphirerapids matrix_unit.cpp -o matrix_unit &&
//   ./matrix_unit [SECONDS]

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <immintrin.h>
#include <random>
#include <sys/syscall.h>
#include <unistd.h>
#include <vector>

struct Turn {
  double registers, loads, vectors, chain; // ns of one product or sum
};

/// ns of one of `count` things that `run` does.
template <typename Run>
static double time(int count, Run run) {
  using Clock = std::chrono::steady_clock;
  auto begin = Clock::now();
  run();
  return std::chrono::duration<double, std::nano>(Clock::now() - begin)
             .count() /
         count;
}

alignas(64) static uint8_t memory[32768];

static Turn measure() {
  constexpr int blocks = 1000;
  Turn turn;
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  _tile_loadd(4, memory, 64);
  _tile_loadd(5, memory + 1024, 64);
  _tile_loadd(6, memory + 2048, 64);
  _tile_loadd(7, memory + 3072, 64);
  turn.registers = time(4 * blocks, [] {
    for (int i = 0; i < blocks; ++i) {
      _tile_dpbuud(0, 4, 5);
      _tile_dpbuud(1, 4, 6);
      _tile_dpbuud(2, 7, 5);
      _tile_dpbuud(3, 7, 6);
    }
  });
  turn.loads = time(4 * blocks, [] {
    for (int i = 0; i < blocks; ++i) {
      const uint8_t *from = memory + i * 4096 % sizeof(memory);
      _tile_loadd(4, from, 64);
      _tile_loadd(5, from + 1024, 64);
      _tile_loadd(6, from + 2048, 64);
      _tile_loadd(7, from + 3072, 64);
      _tile_dpbuud(0, 4, 5);
      _tile_dpbuud(1, 4, 6);
      _tile_dpbuud(2, 7, 5);
      _tile_dpbuud(3, 7, 6);
    }
  });
  turn.vectors = time(8 * blocks, [] {
    __m512i x = _mm512_load_si512(memory), y = _mm512_load_si512(memory + 64);
    __m512i a = {}, b = {}, c = {}, d = {};
    for (int i = 0; i < 2 * blocks; ++i) {
      a = _mm512_dpbusd_epi32(a, x, y);
      b = _mm512_dpbusd_epi32(b, x, y);
      c = _mm512_dpbusd_epi32(c, x, y);
      d = _mm512_dpbusd_epi32(d, x, y);
      asm volatile("" : "+v"(a), "+v"(b), "+v"(c), "+v"(d));
    }
  });
  turn.chain = time(40 * blocks, [] {
    uint64_t sum = 1;
    for (int i = 0; i < 40 * blocks; ++i)
      asm volatile("add $1, %0" : "+r"(sum));
  });
  return turn;
}

int main(int argc, char **argv) {
  double seconds = argc > 1 ? std::atof(argv[1]) : 20;
  constexpr int request = 0x1023, tileData = 18; // ARCH_REQ_XCOMP_PERM
  if (syscall(SYS_arch_prctl, request, tileData) != 0) {
    std::fprintf(stderr,
                 "matrix_unit: this machine has no matrix unit, or keeps it\n");
    return 3;
  }
  uint8_t shapes[64] = {1};
  for (int i = 0; i < 8; ++i) {
    shapes[16 + 2 * i] = 64;
    shapes[48 + i] = 16;
  }
  _tile_loadconfig(shapes);
  std::vector<Turn> turns[2];
  using Clock = std::chrono::steady_clock;
  auto begin = Clock::now();
  auto past = [&] {
    return std::chrono::duration<double>(Clock::now() - begin).count();
  };
  for (int part = 0; part < 2 || past() < seconds; ++part) {
    std::mt19937 random(1);
    for (uint8_t &byte : memory)
      byte = part % 2 ? random() : 0;
    while (past() < 0.25 * (part + 1))
      turns[part % 2].push_back(measure());
  }
  std::printf("| data | turns | share | products | products and loads | VNNI | "
              "chain |\n"
              "|---|---|---|---|---|---|---|\n");
  for (bool random : {false, true}) {
    const std::vector<Turn> &all = turns[random];
    double least = all[0].loads;
    for (const Turn &turn : all)
      least = std::min(least, turn.loads);
    for (bool slow : {false, true}) {
      std::vector<Turn> some;
      for (const Turn &turn : all)
        if ((turn.loads >= 2 * least) == slow)
          some.push_back(turn);
      if (some.empty())
        continue;
      auto median = [&](double Turn::*what) {
        std::vector<double> values;
        for (const Turn &turn : some)
          values.push_back(turn.*what);
        std::nth_element(values.begin(), values.begin() + values.size() / 2,
                         values.end());
        return values[values.size() / 2];
      };
      std::printf(
          "| %s | %s | %.0f %% | %.1f ns | %.1f ns | %.2f ns | %.2f ns |\n",
          random ? "random" : "zeros", slow ? "slow" : "fast",
          100.0 * some.size() / all.size(), median(&Turn::registers),
          median(&Turn::loads), median(&Turn::vectors), median(&Turn::chain));
    }
  }
}
