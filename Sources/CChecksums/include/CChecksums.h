#pragma once

#include <stddef.h>
#include <stdint.h>

/// Folds the longest multiple of 64 bytes at the start of `bytes` into 16 bytes that have the same reflected CRC when that is
/// calculated from a register of zero. `reg` is the CRC's register before `bytes`.
///
/// `fold512` and `fold128` are x^(n+63) and x^(n-1) modulo the polynomial, for n = 512 and n = 128, reflected in 64 bits.
///
/// Returns how many bytes it folded: 0, with `remainder` untouched, if there are fewer than 64 or the processor cannot multiply
/// without carries.
size_t coffer_crc_fold(uint64_t reg, const void *bytes, size_t count, const uint64_t fold512[2], const uint64_t fold128[2],
    uint8_t remainder[16]);
