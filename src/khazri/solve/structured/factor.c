/* Elimination of stage rows: L L' of the block tridiagonal S = A Th A' + ..., and the Schur
 * complement of the border, stage after stage. Half the year is taken forwards, the other half
 * backwards, and they meet in one stage (a twisted factorisation): two threads, no extra border. */
#include "stages.h"

#include <stdlib.h>
#include <string.h>

/* What an eliminated stage leaves for its neighbour. */
typedef struct {
    const double *l_inverse; /* packed, of the eliminated stage */
    const double *coupling;  /* (n_coupled) */
    const double *border;    /* (s, ldk): the border in its coupled rows, L^-1 B */
    int backwards;           /* the eliminated stage is the later one */
} handed;

typedef struct {
    double *columns; /* (b, m): columns of L */
    double *trail;   /* (lds, lds): upper triangle */
    double *before;  /* (m) */
    double *a, *f, *g, *c, *c_before;
    double *plain;   /* (b, ldk): border in plain rows */
    double *z;       /* (s, lds) */
    double *right;   /* (lds, ldk): border in coupled rows */
    double *inverse; /* (s, lds): inverse of the trailing factor */
    double *flipped; /* (s, lds): the same transposed */
} scratch;

static void *zeros(ix n) { return calloc((size_t)(n > 0 ? n : 1), sizeof(double)); }

static int make_scratch(const form *p, scratch *w)
{
    w->columns = zeros(p->b * p->m);
    w->trail = zeros(p->lds * p->lds);
    w->before = zeros(p->m);
    w->a = zeros(p->a.n);
    w->f = zeros(p->f.n);
    w->g = zeros(p->g.n);
    w->c = zeros(p->c_value.n);
    w->c_before = zeros(p->c_value.n);
    w->plain = zeros(p->b * p->ldk);
    w->z = zeros(p->s * p->lds);
    w->right = zeros(p->lds * p->ldk);
    w->inverse = zeros(p->s * p->lds);
    w->flipped = zeros(p->s * p->lds);
    return w->columns && w->trail && w->before && w->a && w->f && w->g && w->c && w->c_before
           && w->plain && w->z && w->right && w->inverse && w->flipped;
}

static void free_scratch(scratch *w)
{
    free(w->columns);
    free(w->trail);
    free(w->before);
    free(w->a);
    free(w->f);
    free(w->g);
    free(w->c);
    free(w->c_before);
    free(w->plain);
    free(w->z);
    free(w->right);
    free(w->inverse);
    free(w->flipped);
}

static inline void add_product(const form *p, scratch *w, ix i, ix j, double value)
{
    const ix low = i < j ? i : j, high = i < j ? j : i;
    if (low < p->b)
        w->columns[low * p->m + high] += value;
    else
        w->trail[(low - p->b) * p->lds + high - p->b] += value;
}

/* S of stage t without what neighbours take off it. */
static void assemble(const form *p, const point *at, ix t, scratch *w)
{
    for (ix j = 0; j < p->b; j++) {
        double *column = w->columns + j * p->m;
        column[j] = 0.0;
        for (ix e = p->l_start[j]; e < p->l_start[j + 1]; e++) column[p->l_row[e]] = 0.0;
    }
    memset(w->trail, 0, (size_t)(p->lds * p->lds) * sizeof(double));
    const double *theta = at->theta_inverse + t * p->n;
    for (ix j = 0; j < p->n; j++) {
        if (theta[j] == 0.0) continue;
        for (ix e = p->a_start[j]; e < p->a_start[j + 1]; e++) {
            const double scaled = theta[j] * w->a[e];
            for (ix d = p->a_start[j]; d <= e; d++)
                add_product(p, w, p->a_row[e], p->a_row[d], scaled * w->a[d]);
        }
    }
    if (t > 0) {
        const double *earlier = theta - p->n;
        for (ix i = 0; i < p->n_carried; i++) {
            const double inverse = earlier[p->carried[i]];
            for (ix e = p->f_start[i]; e < p->f_start[i + 1]; e++)
                for (ix d = p->f_start[i]; d <= e; d++)
                    add_product(p, w, p->f_row[e], p->f_row[d], inverse * w->f[e] * w->f[d]);
        }
    }
    for (ix j = 0; j < p->b; j++) w->before[j] = w->columns[j * p->m + j];
    for (ix j = 0; j < p->s; j++) w->before[p->b + j] = w->trail[j * p->lds + j];
}

static inline double *border_row(const form *p, scratch *w, ix row)
{
    return row < p->b ? w->plain + row * p->ldk : w->right + (row - p->b) * p->ldk;
}

/* Border entries of one column of a stage with entries (row, value). */
static void add_border(const form *p, scratch *w, ix j, const ix *rows, const double *values, ix n,
                       double theta, double slope, const double *c)
{
    for (ix e = 0; e < n; e++) {
        double *row = border_row(p, w, rows[e]);
        if (p->capacity[j] >= 0) row[p->capacity[j]] += values[e] * slope;
        for (ix q = p->c_start[j]; q < p->c_start[j + 1]; q++)
            row[p->k + p->c_row[q]] += values[e] * theta * c[q];
    }
}

static void assemble_border(const form *p, const point *at, ix t, scratch *w)
{
    for (ix i = 0; i < p->b; i++) {
        double *row = w->plain + i * p->ldk;
        for (ix e = p->border_start[i]; e < p->border_start[i + 1]; e++)
            row[p->border_column[e]] = 0.0;
    }
    memset(w->right, 0, (size_t)(p->lds * p->ldk) * sizeof(double));
    const double *theta = at->theta_inverse + t * p->n, *slope = at->slope + t * p->n;
    for (ix j = 0; j < p->n; j++) {
        if (theta[j] == 0.0 || (p->capacity[j] < 0 && p->c_start[j] == p->c_start[j + 1])) continue;
        const ix e = p->a_start[j];
        add_border(p, w, j, p->a_row + e, w->a + e, p->a_start[j + 1] - e, theta[j], slope[j],
                   w->c);
    }
    if (t > 0)
        for (ix i = 0; i < p->n_carried; i++) {
            const ix j = p->carried[i], e = p->f_start[i];
            if (theta[j - p->n] != 0.0)
                add_border(p, w, j, p->f_row + e, w->f + e, p->f_start[i + 1] - e, theta[j - p->n],
                           slope[j - p->n], w->c_before);
        }
    for (ix e = 0; e < p->n_g; e++) border_row(p, w, p->g_row[e])[p->g_column[e]] += w->g[e];
    const ix first_cut = p->k + p->R;
    for (ix i = 0; i < p->c; i++) {
        const ix j = p->cut_column[i];
        if (t == p->T - 1)
            for (ix e = p->a_start[j]; e < p->a_start[j + 1]; e++)
                border_row(p, w, p->a_row[e])[first_cut + i] += w->a[e];
        if (t == 0)
            for (ix e = p->cut_f_start[i]; e < p->cut_f_start[i + 1]; e++)
                border_row(p, w, p->cut_f_row[e])[first_cut + i] += p->cut_f_value[e];
    }
}

/* Take what an eliminated neighbour hands on off this stage's coupled rows and their border. */
static void receive(const form *p, scratch *w, const handed *from)
{
    memset(w->z, 0, (size_t)(p->s * p->lds) * sizeof(double));
    const ix *here = from->backwards ? p->couple_own : p->couple_next;
    const ix *there = from->backwards ? p->couple_next : p->couple_own;
    /* z has the triangle of the inverse where levels hand on to themselves only. */
    shape triangle = LOWER;
    for (ix e = 0; e < p->n_coupled; e++)
        if (there[e] < here[e]) triangle = FULL;
    for (ix r = 0; r < p->s; r++) {
        const double *inverse = from->l_inverse + khazri_packed(r);
        const ix length = khazri_row_length(r);
        double *z = w->z + r * p->lds;
        for (ix e = 0; e < p->n_coupled; e++)
            if (there[e] < length) z[here[e]] += from->coupling[e] * inverse[there[e]];
    }
    khazri_gemm_tn(p->lds, p->lds, p->s, w->z, p->lds, w->z, p->lds, w->trail, p->lds, -1.0, 1,
                   triangle);
    khazri_gemm_tn(p->lds, p->ldk, p->s, w->z, p->lds, from->border, p->ldk, w->right, p->ldk, -1.0,
                   0, triangle);
}

/* Eliminate the plain rows of stage t; returns the number of dependent ones. Rows without any column
 * that is decided are not among them: there is nothing to meet, or it is the border's. */
static ix eliminate_plain(const form *p, ix t, scratch *w, const factors *out)
{
    ix dependent = 0;
    double *inverse = out->pivot_inverse + t * p->b;
    double *kept = out->l_value + t * p->l_start[p->b];
    for (ix j = 0; j < p->b; j++) {
        double *column = w->columns + j * p->m;
        const ix from = p->l_start[j], to = p->l_start[j + 1];
        double pivot = column[j];
        if (!(pivot > PIVOT_LEAST * w->before[j])) {
            dependent += w->before[j] > 0.0;
            pivot = khazri_raised(pivot, w->before[j]);
        }
        inverse[j] = 1.0 / pivot;
        for (ix e = from; e < to; e++) {
            const ix i = p->l_row[e];
            const double factor = column[i] * inverse[j];
            kept[e] = factor;
            if (factor == 0.0) continue;
            if (i < p->b) {
                double *other = w->columns + i * p->m;
                for (ix d = e; d < to; d++) other[p->l_row[d]] -= factor * column[p->l_row[d]];
            } else {
                double *other = w->trail + (i - p->b) * p->lds - p->b;
                for (ix d = e; d < to; d++) other[p->l_row[d]] -= factor * column[p->l_row[d]];
            }
            const double *own = w->plain + j * p->ldk;
            double *row = border_row(p, w, i);
            for (ix d = p->border_start[j]; d < p->border_start[j + 1]; d++)
                row[p->border_column[d]] -= factor * own[p->border_column[d]];
        }
    }
    return dependent;
}

/* Add Y' D^-1 Y of the plain rows to the upper triangle of the Schur complement. */
static void gather_plain(const form *p, ix t, const scratch *w, const factors *out, double *schur)
{
    const double *inverse = out->pivot_inverse + t * p->b;
    for (ix j = 0; j < p->b; j++) {
        const double *own = w->plain + j * p->ldk;
        for (ix e = p->border_start[j]; e < p->border_start[j + 1]; e++) {
            const ix r = p->border_column[e];
            const double factor = own[r] * inverse[j];
            if (factor == 0.0) continue;
            double *row = schur + r * p->ldk;
            for (ix d = e; d < p->border_start[j + 1]; d++)
                row[p->border_column[d]] += factor * own[p->border_column[d]];
        }
    }
}

static ix eliminate(const form *p, const point *at, ix t, const handed *from, ix n_from, scratch *w,
                    const factors *out, double *border, double *schur)
{
    khazri_expand(&p->a, t, w->a);
    khazri_expand(&p->f, t, w->f);
    khazri_expand(&p->g, t, w->g);
    khazri_expand(&p->c_value, t, w->c);
    if (t > 0) khazri_expand(&p->c_value, t - 1, w->c_before);
    assemble(p, at, t, w);
    assemble_border(p, at, t, w);
    ix dependent = eliminate_plain(p, t, w, out);
    gather_plain(p, t, w, out, schur);
    for (ix i = 0; i < n_from; i++) receive(p, w, from + i);
    double *kept = out->l_inverse + t * khazri_packed(p->s);
    dependent +=
        khazri_invert_factor(p->s, w->trail, p->lds, w->before + p->b, w->inverse, p->lds);
    for (ix r = 0; r < p->s; r++) {
        const double *row = w->inverse + r * p->lds;
        memcpy(kept + khazri_packed(r), row, (size_t)khazri_row_length(r) * sizeof(double));
        for (ix q = 0; q <= r; q++) w->flipped[q * p->lds + r] = row[q];
    }
    memset(border, 0, (size_t)(p->lds * p->ldk) * sizeof(double));
    khazri_gemm_tn(p->lds, p->ldk, p->s, w->flipped, p->lds, w->right, p->ldk, border, p->ldk, 1.0,
                   0, UPPER);
    khazri_gemm_tn(p->ldk, p->ldk, p->s, border, p->ldk, border, p->ldk, schur, p->ldk, 1.0, 1, FULL);
    return dependent;
}

/* Coupling of stage t with t + 1, from theta of stage t. */
static void couple(const form *p, const point *at, ix t, double *a, double *f, double *out)
{
    khazri_expand(&p->a, t, a);
    khazri_expand(&p->f, t + 1, f);
    const double *theta = at->theta_inverse + t * p->n;
    for (ix e = 0; e < p->n_coupled; e++)
        out[e] = f[p->couple_f[e]] * a[p->couple_a[e]] * theta[p->couple_column[e]];
}

/* Eliminate stages first, first + step, ... before `stop`; step is 1 or -1.
 *
 * border (lds, ldk)  out: what the last of them leaves for its neighbour
 * schur (ldk, ldk)   in and out: the upper triangle grows by B' S^-1 B of these stages
 * Returns the number of dependent rows, -1 where memory is short. */
ix khazri_factor(const form *p, const point *at, const factors *out, ix first, ix stop, ix step,
                 double *border, double *schur)
{
    scratch w;
    double *other = zeros(p->lds * p->ldk);
    ix dependent = -1;
    if (make_scratch(p, &w) && other) {
        dependent = 0;
        handed from = {.backwards = step < 0};
        double *now = border, *before = other;
        for (ix t = first; t != stop; t += step) {
            const ix pair = step > 0 ? t : t - 1;
            if (pair >= 0 && pair + 1 < p->T)
                couple(p, at, pair, w.a, w.f, out->coupling + pair * p->n_coupled);
            dependent += eliminate(p, at, t, &from, t != first, &w, out, now, schur);
            from.l_inverse = out->l_inverse + t * khazri_packed(p->s);
            from.coupling = out->coupling + pair * p->n_coupled;
            from.border = now;
            double *swap = now;
            now = before;
            before = swap;
        }
        if (first != stop && before != border)
            memcpy(border, before, (size_t)(p->lds * p->ldk) * sizeof(double));
    }
    free(other);
    free_scratch(&w);
    return dependent;
}

/* Eliminate the stage where both halves meet, given what they left. */
ix khazri_factor_middle(const form *p, const point *at, const factors *out, ix t,
                        const double *border_before, const double *border_after, double *border,
                        double *schur)
{
    scratch w;
    ix dependent = -1;
    if (make_scratch(p, &w)) {
        handed from[2];
        ix n_from = 0;
        if (t > 0)
            from[n_from++] = (handed){out->l_inverse + (t - 1) * khazri_packed(p->s),
                                      out->coupling + (t - 1) * p->n_coupled, border_before, 0};
        if (t + 1 < p->T)
            from[n_from++] = (handed){out->l_inverse + (t + 1) * khazri_packed(p->s),
                                      out->coupling + t * p->n_coupled, border_after, 1};
        dependent = eliminate(p, at, t, from, n_from, &w, out, border, schur);
    }
    free_scratch(&w);
    return dependent;
}
