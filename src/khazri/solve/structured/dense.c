/* Small dense kernels: products of tall row-major blocks, and a Cholesky factor with its inverse. */
#include "stages.h"

#include <math.h>
#include <string.h>

#if defined(__AVX512F__)
#define LANES 8
#define ROWS 8
#else
#define LANES 4
#define ROWS 4
#endif

typedef double vec __attribute__((vector_size(LANES * 8), aligned(8), may_alias));

/* C[i, j] += sign * sum_p A[p, i] B[p, j] for ROWS rows and N vectors of columns. */
#define TILE(NAME, N)                                                                              \
    static inline void NAME(ix D, const double *A, ix lda, const double *B, ix ldb, double *C,     \
                            ix ldc, double sign)                                                   \
    {                                                                                              \
        vec sum[ROWS][N];                                                                          \
        for (int r = 0; r < ROWS; r++)                                                             \
            for (int v = 0; v < N; v++) sum[r][v] = (vec){0};                                      \
        for (ix p = 0; p < D; p++) {                                                               \
            vec right[N];                                                                          \
            for (int v = 0; v < N; v++) right[v] = *(const vec *)(B + p * ldb + v * LANES);        \
            const double *left = A + p * lda;                                                      \
            for (int r = 0; r < ROWS; r++)                                                         \
                for (int v = 0; v < N; v++) sum[r][v] += left[r] * right[v];                       \
        }                                                                                          \
        for (int r = 0; r < ROWS; r++)                                                             \
            for (int v = 0; v < N; v++) *(vec *)(C + r * ldc + v * LANES) += sign * sum[r][v];     \
    }

TILE(tile1, 1)
TILE(tile2, 2)
TILE(tile3, 3)

/* C (I, J) += sign * A' B with A (D, I) and B (D, J), row-major; I and J are multiples of 8.
 * With `upper_only` tiles wholly below the diagonal of C are left out; with a triangular A what is
 * zero in it is. */
void khazri_gemm_tn(ix I, ix J, ix D, const double *A, ix lda, const double *B, ix ldb, double *C,
                    ix ldc, double sign, int upper_only, shape of_a)
{
    for (ix j = 0; j < J; j += 3 * LANES) {
        const ix vectors = (J - j) / LANES;
        const ix width = (vectors < 3 ? vectors : 3) * LANES;
        const ix last = upper_only && j + width < I ? j + width : I;
        for (ix i = 0; i < last; i += ROWS) {
            const ix from = of_a == LOWER && i < D ? i : of_a == LOWER ? D : 0;
            const ix to = of_a == UPPER && i + ROWS < D ? i + ROWS : D;
            const double *a = A + from * lda + i, *b = B + from * ldb + j;
            double *c = C + i * ldc + j;
            if (vectors >= 3)
                tile3(to - from, a, lda, b, ldb, c, ldc, sign);
            else if (vectors == 2)
                tile2(to - from, a, lda, b, ldb, c, ldc, sign);
            else
                tile1(to - from, a, lda, b, ldb, c, ldc, sign);
        }
    }
}

/* Replace the upper triangle of M (s rows of length ldm) by its Cholesky factor U, M = U' U, and
 * write the inverse of U', lower, zero above, in rows of length lds. `before` (s) is the diagonal
 * before any elimination: a pivot that is nothing but rounding against it is raised. Where the row
 * depends on others that changes nothing; where it does not, refinement still meets the row, as it
 * would not if the row were left out. Returns how many there were, rows of zeros left out. */
ix khazri_invert_factor(ix s, double *M, ix ldm, const double *before, double *inverse, ix lds)
{
    ix dependent = 0;
    for (ix j = 0; j < s; j++) {
        double *row = M + j * ldm;
        double pivot = row[j];
        if (!(pivot > PIVOT_LEAST * before[j])) {
            dependent += before[j] > 0.0;
            pivot = khazri_raised(pivot, before[j]);
        }
        const double scale = 1.0 / sqrt(pivot);
        row[j] = sqrt(pivot);
        for (ix q = j + 1; q < s; q++) row[q] *= scale;
        for (ix i = j + 1; i < s; i++) {
            double *other = M + i * ldm;
            const double factor = row[i];
            for (ix q = i; q < s; q++) other[q] -= factor * row[q];
        }
        double *out = inverse + j * lds;
        memset(out, 0, (size_t)lds * sizeof(double));
        for (ix i = 0; i < j; i++) {
            const double factor = M[i * ldm + j] * scale;
            const double *from = inverse + i * lds;
            for (ix q = 0; q <= i; q++) out[q] -= factor * from[q];
        }
        out[j] = scale;
    }
    return dependent;
}

/* Replace the symmetric quasi-definite M (n, n), upper triangle, by U and D of U' D U with a unit
 * diagonal; D is on the diagonal. A pivot below `least` in size takes that size, with its `sign`
 * (n). Returns how many did. Source: Vanderbei (1995), Symmetric quasidefinite matrices. */
ix khazri_quasidefinite(ix n, double *M, const double *sign, double least)
{
    ix small = 0;
    for (ix j = 0; j < n; j++) {
        double *row = M + j * n;
        if (!(row[j] * sign[j] > least)) {
            row[j] = sign[j] * least;
            small++;
        }
        const double inverse = 1.0 / row[j];
        for (ix i = j + 1; i < n; i++) {
            double *other = M + i * n;
            const double factor = row[i] * inverse;
            if (factor == 0.0) continue;
            for (ix q = i; q < n; q++) other[q] -= factor * row[q];
        }
        for (ix q = j + 1; q < n; q++) row[q] *= inverse;
    }
    return small;
}

/* Solve with the factors of khazri_quasidefinite, in place of the right-hand side x (n). */
ix khazri_quasidefinite_solve(ix n, const double *M, double *x)
{
    for (ix j = 0; j < n; j++)
        for (ix q = j + 1; q < n; q++) x[q] -= M[j * n + q] * x[j];
    for (ix j = n - 1; j >= 0; j--) {
        double value = x[j] / M[j * n + j];
        for (ix q = j + 1; q < n; q++) value -= M[j * n + q] * x[q];
        x[j] = value;
    }
    return 0;
}

/* out (n) is the array at stage t. */
void khazri_expand(const varying *v, ix t, double *out)
{
    memcpy(out, v->fixed, (size_t)v->n * sizeof(double));
    const double *now = v->values + t * v->n_varying;
    for (ix i = 0; i < v->n_varying; i++) out[v->index[i]] = now[i];
}
