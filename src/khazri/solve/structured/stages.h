/* The hour-template program as the kernels see it. Row-major arrays, double precision.
 *
 * Rows of a stage are ordered so that the `b` plain rows come first and the `s` rows that touch a
 * neighbouring stage come last (m = b + s). Border columns are, in this order: the k global
 * columns, the R multipliers of the global rows, and the c cut columns: columns of the last stage
 * that the first stage of a cyclic chain follows. K = k + R + c; `ldk` and `lds` are K and s
 * rounded up to a multiple of 8.
 */
#ifndef KHAZRI_STAGES_H
#define KHAZRI_STAGES_H

#include <stdint.h>

typedef int64_t ix;

/* What a column is in a stage: which bounds it has, and whether it is decided at all. */
enum { HAS_LOWER = 1, HAS_UPPER = 2, IS_ACTIVE = 4 };

/* A pivot below this share of its diagonal is rounding and is raised: too little, and the border
 * loses digits to it; too much, and refinement needs many steps (measured on
 * random programs: tests/solve/structured). */
#define PIVOT_LEAST 1e-13
#define PIVOT_RAISED 1e-11

/* The pivot of a row that only the border decides: small, so that the border has to meet it. */
#define PIVOT_EMPTY 1e-8

/* Added to theta of columns with bounds, which have one of their own. */
#define THETA_LEAST 1e-12

/* Numbers per stage and item of which only the items `index` change from stage to stage. */
typedef struct {
    ix n;
    ix n_varying;
    const double *fixed;  /* (n) */
    const ix *index;      /* (n_varying) */
    const double *values; /* (T, n_varying) */
} varying;

typedef struct {
    ix T, n, m, b, s, k, R, c, K, lds, ldk;
    /* A by column */
    const ix *a_start, *a_row;
    varying a;
    /* F: what the columns `carried` of the stage before hand on */
    ix n_carried;
    const ix *carried, *f_start, *f_row;
    varying f;
    /* products of F and A that couple a stage with the next; rows count from b on */
    ix n_coupled;
    const ix *couple_next, *couple_own, *couple_f, *couple_a, *couple_column;
    /* C by column, an entry times the weight of its stage */
    const ix *c_start, *c_row;
    varying c_value;
    const double *weight; /* (T): of costs */
    /* G: global columns in stage rows */
    ix n_g;
    const ix *g_row, *g_column;
    varying g;
    varying lower, upper, lower_slope, upper_slope, cost;
    const ix *capacity;        /* (n), -1: none */
    const ix *owner;           /* (n): capacity, K where there is none */
    ix n_summed;
    const ix *summed;          /* columns in global rows */
    ix n_bordered;
    const ix *bordered;        /* columns that follow a capacity or are in global rows */
    const unsigned char *kind; /* (T, n) */
    const double *rhs;         /* (T, m) */
    /* cut columns and their entries of F in the first stage */
    const ix *cut_column;      /* (c) */
    const ix *cut_f_start, *cut_f_row;
    const double *cut_f_value;
    /* pattern of the first b columns of the factor L below the diagonal */
    const ix *l_start, *l_row;
    /* border columns that can be other than zero in each plain row */
    const ix *border_start, *border_column;
} form;

/* Where an interior point stands, and the terms of its linear system that are diagonal. */
typedef struct {
    double *x, *z_lower, *z_upper;  /* (T, n) */
    double *theta_inverse;          /* (T, n), 0: not eliminated */
    double *slope;                  /* (T, n): theta_inverse * (a L + b U) */
    const double *y;                /* (k) */
    double *row_dual;               /* (T, m) */
    const double *sum_dual;         /* (R) */
    double regular;                 /* theta of columns without bounds */
} point;

/* A factorised system. */
typedef struct {
    double *pivot_inverse; /* (T, b): of the plain rows */
    double *l_value;       /* (T, l_start[b]) */
    double *l_inverse;     /* (T, packed): inverse of the trailing factor, see khazri_packed */
    double *coupling;      /* (T, n_coupled): of stage t with t + 1 */
} factors;

/* What stands for a pivot that is rounding. One below zero tells how large the rounding is: a smaller
 * stand-in would let it grow from stage to stage. */
static inline double khazri_raised(double pivot, double before)
{
    const double least = before > 0.0 ? before * PIVOT_RAISED : PIVOT_EMPTY;
    return -pivot > least ? -pivot : least;
}

/* Where row r of a lower triangle starts: rows are as long as their last entry says, rounded up to a
 * multiple of 8. The length of s rows is khazri_packed(s). */
static inline ix khazri_packed(ix r)
{
    const ix block = r / 8;
    return 32 * block * (block + 1) + (r % 8) * 8 * (block + 1);
}

/* Length of row r of a packed triangle. */
static inline ix khazri_row_length(ix r) { return (r / 8 + 1) * 8; }

void khazri_expand(const varying *v, ix t, double *out);

/* Where a matrix has entries: everywhere, on and below its diagonal, on and above it. */
typedef enum { FULL, LOWER, UPPER } shape;

void khazri_gemm_tn(ix I, ix J, ix D, const double *A, ix lda, const double *B, ix ldb, double *C,
                    ix ldc, double sign, int upper_only, shape of_a);
ix khazri_invert_factor(ix s, double *M, ix ldm, const double *before, double *inverse, ix lds);

#endif
