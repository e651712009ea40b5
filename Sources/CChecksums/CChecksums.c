#include "CChecksums.h"

// Method: Gopal et al., "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction" (Intel, 2009), without its final
// Barrett reduction, which the caller's table does for the last 16 bytes.
//
// C, because Swift cannot use the instruction: it is a macro over a compiler built-in, in a function compiled for that processor only.

#if defined(__x86_64__)

#include <immintrin.h>

#define FOLDS __attribute__((target("sse2,pclmul")))

// The product of two reflected 64-bit polynomials stands one power of x too low in 128 bits; the constants make up for it.
FOLDS static inline __m128i fold(__m128i block, __m128i by, __m128i next)
{
    __m128i first = _mm_clmulepi64_si128(block, by, 0x00);
    __m128i second = _mm_clmulepi64_si128(block, by, 0x11);
    return _mm_xor_si128(_mm_xor_si128(first, second), next);
}

FOLDS static size_t fold_blocks(uint64_t reg, const uint8_t *bytes, size_t count, const uint64_t *fold512, const uint64_t *fold128,
    uint8_t *remainder)
{
    const __m128i by512 = _mm_loadu_si128((const __m128i *)fold512);
    const __m128i by128 = _mm_loadu_si128((const __m128i *)fold128);
    const __m128i *block = (const __m128i *)bytes;
    const size_t folded = count & ~(size_t)63;
    const __m128i *end = (const __m128i *)(bytes + folded);

    __m128i a = _mm_xor_si128(_mm_loadu_si128(block), _mm_cvtsi64_si128((long long)reg));
    __m128i b = _mm_loadu_si128(block + 1);
    __m128i c = _mm_loadu_si128(block + 2);
    __m128i d = _mm_loadu_si128(block + 3);
    for (block += 4; block < end; block += 4) {
        a = fold(a, by512, _mm_loadu_si128(block));
        b = fold(b, by512, _mm_loadu_si128(block + 1));
        c = fold(c, by512, _mm_loadu_si128(block + 2));
        d = fold(d, by512, _mm_loadu_si128(block + 3));
    }
    a = fold(fold(fold(a, by128, b), by128, c), by128, d);
    _mm_storeu_si128((__m128i *)remainder, a);
    return folded;
}

size_t coffer_crc_fold(uint64_t reg, const void *bytes, size_t count, const uint64_t fold512[2], const uint64_t fold128[2],
    uint8_t remainder[16])
{
    if (count < 64 || !__builtin_cpu_supports("pclmul")) {
        return 0;
    }
    return fold_blocks(reg, bytes, count, fold512, fold128, remainder);
}

#else

size_t coffer_crc_fold(uint64_t reg, const void *bytes, size_t count, const uint64_t fold512[2], const uint64_t fold128[2],
    uint8_t remainder[16])
{
    (void)reg, (void)bytes, (void)count, (void)fold512, (void)fold128, (void)remainder;
    return 0;
}

#endif
