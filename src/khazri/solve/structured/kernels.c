/* What the compiled library says about itself and about the processor it runs on. */

#include "kernels.h"

/* Raised when a kernel's arguments change their meaning. */
int khazri_kernels_version(void)
{
    return 1;
}

/* The x86-64 level this library was compiled for: 4, 3 or 1; 0 for any other processor. */
int khazri_kernels_level(void)
{
#if defined(__x86_64__) && defined(__AVX512F__) && defined(__AVX512VL__)
    return 4;
#elif defined(__x86_64__) && defined(__AVX2__) && defined(__FMA__)
    return 3;
#elif defined(__x86_64__)
    return 1;
#else
    return 0;
#endif
}

/* The x86-64 level that this processor and its operating system support, counted likewise.
   Single features are asked for because older compilers do not know the levels by name; no
   processor with these lacks the others of its level. */
int khazri_cpu_level(void)
{
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (!(__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
          && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2")))
        return 1;
    if (!(__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
          && __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq")
          && __builtin_cpu_supports("avx512vl")))
        return 3;
    return 4;
#else
    return 0;
#endif
}
