/* Substitution in a factorised system and the way back from row multipliers to columns. */
#include "stages.h"

#include <stdlib.h>
#include <string.h>

/* The right-hand side of one solve: of the columns (T, n) or NULL for none, of the rows (T, m), and
 * values of the border (K + 1) that are known already; the last is zero, for columns without a
 * capacity. */
typedef struct {
    const double *columns;
    const double *rows;
    const double *border;
} sides;

typedef struct {
    double *a, *f, *g, *c, *q, *handed, *part;
} buffers;

static int make_buffers(const form *p, buffers *w)
{
    w->a = malloc((size_t)(p->a.n + 1) * sizeof(double));
    w->f = malloc((size_t)(p->f.n + 1) * sizeof(double));
    w->g = malloc((size_t)(p->g.n + 1) * sizeof(double));
    w->c = malloc((size_t)(p->c_value.n + 1) * sizeof(double));
    w->q = malloc((size_t)(p->n + 1) * sizeof(double));
    w->handed = malloc((size_t)(p->s + 1) * sizeof(double));
    w->part = malloc((size_t)(p->s + 1) * sizeof(double));
    return w->a && w->f && w->g && w->c && w->q && w->handed && w->part;
}

static void free_buffers(buffers *w)
{
    free(w->a);
    free(w->f);
    free(w->g);
    free(w->c);
    free(w->q);
    free(w->handed);
    free(w->part);
}

/* What column j of stage t moves by, apart from the rows: theta^-1 (px + C' mu) + slope y. */
static inline double moved(const form *p, const point *at, const sides *r, ix t, ix j,
                           const double *c)
{
    const ix place = t * p->n + j;
    double price = r->columns ? r->columns[place] : 0.0;
    for (ix e = p->c_start[j]; e < p->c_start[j + 1]; e++)
        price += c[e] * r->border[p->k + p->c_row[e]];
    return at->theta_inverse[place] * price + at->slope[place] * r->border[p->owner[j]];
}

/* out (n): the same for all columns of stage t. */
static void move_columns(const form *p, const point *at, const sides *r, ix t, double *c,
                         double *out)
{
    const double *theta = at->theta_inverse + t * p->n, *slope = at->slope + t * p->n;
    const double *sums = r->border + p->k;
    if (r->columns) {
        const double *own = r->columns + t * p->n;
        for (ix j = 0; j < p->n; j++)
            out[j] = theta[j] * own[j] + slope[j] * r->border[p->owner[j]];
    } else {
        for (ix j = 0; j < p->n; j++) out[j] = slope[j] * r->border[p->owner[j]];
    }
    khazri_expand(&p->c_value, t, c);
    for (ix i = 0; i < p->n_summed; i++) {
        const ix j = p->summed[i];
        double price = 0.0;
        for (ix e = p->c_start[j]; e < p->c_start[j + 1]; e++)
            price += c[e] * sums[p->c_row[e]];
        out[j] += theta[j] * price;
    }
}

/* rows (m): right-hand side of stage t once columns and known border values are taken off. */
static void reduce(const form *p, const point *at, const sides *r, ix t, buffers *w, double *rows)
{
    khazri_expand(&p->a, t, w->a);
    memcpy(rows, r->rows + t * p->m, (size_t)p->m * sizeof(double));
    move_columns(p, at, r, t, w->c, w->q);
    for (ix j = 0; j < p->n; j++)
        for (ix e = p->a_start[j]; e < p->a_start[j + 1]; e++)
            rows[p->a_row[e]] -= w->a[e] * w->q[j];
    if (t > 0) {
        khazri_expand(&p->f, t, w->f);
        khazri_expand(&p->c_value, t - 1, w->c);
        for (ix i = 0; i < p->n_carried; i++) {
            const double value = moved(p, at, r, t - 1, p->carried[i], w->c);
            for (ix e = p->f_start[i]; e < p->f_start[i + 1]; e++)
                rows[p->f_row[e]] -= w->f[e] * value;
        }
    }
    khazri_expand(&p->g, t, w->g);
    for (ix e = 0; e < p->n_g; e++) rows[p->g_row[e]] -= w->g[e] * r->border[p->g_column[e]];
    for (ix i = 0; i < p->c; i++) {
        const ix j = p->cut_column[i];
        const double value = r->border[p->k + p->R + i];
        if (t == p->T - 1)
            for (ix e = p->a_start[j]; e < p->a_start[j + 1]; e++)
                rows[p->a_row[e]] -= w->a[e] * value;
        if (t == 0)
            for (ix e = p->cut_f_start[i]; e < p->cut_f_start[i + 1]; e++)
                rows[p->cut_f_row[e]] -= p->cut_f_value[e] * value;
    }
}

/* out (s) = inverse' x for a lower triangle in rows of length lds. */
static void transpose_times(const form *p, const double *inverse, const double *x, double *out)
{
    memset(out, 0, (size_t)p->s * sizeof(double));
    for (ix r = 0; r < p->s; r++) {
        const double value = x[r], *row = inverse + r * p->lds;
        for (ix q = 0; q <= r; q++) out[q] += value * row[q];
    }
}

/* out (s) = inverse x; sums in four lanes, whose order never changes. */
static void times(const form *p, const double *inverse, const double *x, double *out)
{
    for (ix r = 0; r < p->s; r++) {
        const double *row = inverse + r * p->lds;
        double sum[8] = {0};
        ix q = 0;
        for (; q + 8 <= r + 1; q += 8)
            for (int l = 0; l < 8; l++) sum[l] += row[q + l] * x[q + l];
        double rest = 0.0;
        for (; q <= r; q++) rest += row[q] * x[q];
        out[r] = ((sum[0] + sum[4]) + (sum[1] + sum[5])) + ((sum[2] + sum[6]) + (sum[3] + sum[7]))
                 + rest;
    }
}

/* Take off `rows` (m) of a stage what its eliminated neighbour u (m) hands on. */
static void receive(const form *p, const factors *of, ix neighbour, ix pair, int backwards,
                    const double *u, buffers *w, double *rows)
{
    const ix *here = backwards ? p->couple_own : p->couple_next;
    const ix *there = backwards ? p->couple_next : p->couple_own;
    const double *coupling = of->coupling + pair * p->n_coupled;
    transpose_times(p, of->l_inverse + neighbour * p->s * p->lds, u + p->b, w->handed);
    for (ix e = 0; e < p->n_coupled; e++)
        rows[p->b + here[e]] -= coupling[e] * w->handed[there[e]];
}

/* u (m) = L^-1 u of stage t; plain rows stay without their pivots. */
static void forwards(const form *p, const factors *of, ix t, buffers *w, double *u)
{
    const double *l = of->l_value + t * p->l_start[p->b];
    for (ix j = 0; j < p->b; j++) {
        const double value = u[j];
        for (ix e = p->l_start[j]; e < p->l_start[j + 1]; e++) u[p->l_row[e]] -= l[e] * value;
    }
    times(p, of->l_inverse + t * p->s * p->lds, u + p->b, w->part);
    memcpy(u + p->b, w->part, (size_t)p->s * sizeof(double));
}

/* u (m) becomes the multipliers of stage t. `later` (m) are those of the stage eliminated after
 * it, NULL for the last. */
static void backwards(const form *p, const factors *of, ix t, ix pair, int is_backwards,
                      const double *later, buffers *w, double *u)
{
    const double *inverse = of->l_inverse + t * p->s * p->lds;
    if (later) {
        const ix *own = is_backwards ? p->couple_next : p->couple_own;
        const ix *other = is_backwards ? p->couple_own : p->couple_next;
        const double *coupling = of->coupling + pair * p->n_coupled;
        memset(w->handed, 0, (size_t)p->s * sizeof(double));
        for (ix e = 0; e < p->n_coupled; e++)
            w->handed[own[e]] += coupling[e] * later[p->b + other[e]];
        times(p, inverse, w->handed, w->part);
        for (ix r = 0; r < p->s; r++) u[p->b + r] -= w->part[r];
    }
    transpose_times(p, inverse, u + p->b, w->part);
    memcpy(u + p->b, w->part, (size_t)p->s * sizeof(double));
    const double *l = of->l_value + t * p->l_start[p->b];
    const double *pivot = of->pivot_inverse + t * p->b;
    for (ix j = p->b - 1; j >= 0; j--) {
        double value = u[j] * pivot[j];
        for (ix e = p->l_start[j]; e < p->l_start[j + 1]; e++) value -= l[e] * u[p->l_row[e]];
        u[j] = value;
    }
}

/* Reduce the right-hand side of stages first, first + step, ... before `stop` and eliminate it.
 * u (T, m) out. Returns -1 where memory is short, else 0. */
ix khazri_forwards(const form *p, const point *at, const factors *of, const sides *r, ix first,
                   ix stop, ix step, double *u)
{
    buffers w;
    ix failed = -1;
    if (make_buffers(p, &w)) {
        failed = 0;
        for (ix t = first; t != stop; t += step) {
            double *now = u + t * p->m;
            reduce(p, at, r, t, &w, now);
            if (t != first) {
                const ix neighbour = t - step, pair = step > 0 ? neighbour : t;
                receive(p, of, neighbour, pair, step < 0, u + neighbour * p->m, &w, now);
            }
            forwards(p, of, t, &w, now);
        }
    }
    free_buffers(&w);
    return failed;
}

/* The stage where both halves meet: reduce, eliminate and solve it. */
ix khazri_middle(const form *p, const point *at, const factors *of, const sides *r, ix t, double *u)
{
    buffers w;
    ix failed = -1;
    if (make_buffers(p, &w)) {
        failed = 0;
        double *now = u + t * p->m;
        reduce(p, at, r, t, &w, now);
        if (t > 0) receive(p, of, t - 1, t - 1, 0, now - p->m, &w, now);
        if (t + 1 < p->T) receive(p, of, t + 1, t, 1, now + p->m, &w, now);
        forwards(p, of, t, &w, now);
        backwards(p, of, t, 0, 0, NULL, &w, now);
    }
    free_buffers(&w);
    return failed;
}

/* Multipliers of stages first, first + step, ... before `stop`, away from the middle; the one
 * before `first` is solved. */
ix khazri_backwards(const form *p, const factors *of, ix first, ix stop, ix step, double *u)
{
    buffers w;
    ix failed = -1;
    if (make_buffers(p, &w)) {
        failed = 0;
        for (ix t = first; t != stop; t += step) {
            const ix later = t - step, pair = step < 0 ? t : later;
            backwards(p, of, t, pair, step > 0, u + later * p->m, &w, u + t * p->m);
        }
    }
    free_buffers(&w);
    return failed;
}

/* out (n) = A' u + F' u_later: what the rows of stage t and of the next, with multipliers u and on,
 * pay for the columns of stage t. */
static void worth_of_columns(const form *p, ix t, const double *u, buffers *w, double *out)
{
    khazri_expand(&p->a, t, w->a);
    for (ix j = 0; j < p->n; j++) {
        double worth = 0.0;
        for (ix e = p->a_start[j]; e < p->a_start[j + 1]; e++) worth += w->a[e] * u[p->a_row[e]];
        out[j] = worth;
    }
    if (t + 1 < p->T) {
        khazri_expand(&p->f, t + 1, w->f);
        for (ix i = 0; i < p->n_carried; i++)
            for (ix e = p->f_start[i]; e < p->f_start[i + 1]; e++)
                out[p->carried[i]] += w->f[e] * u[p->m + p->f_row[e]];
    }
}

/* What multipliers u (T, m) and the right-hand side of the columns give the border: out grows
 * by B' u, and by the terms of theta^-1 px. out has K + 1 entries, the last is no matter. */
ix khazri_border(const form *p, const point *at, const double *columns, const double *u, ix first,
                 ix stop, double *out)
{
    buffers w;
    ix failed = -1;
    if (make_buffers(p, &w)) {
        failed = 0;
        for (ix t = first; t < stop; t++) {
            const double *now = u + t * p->m, *theta = at->theta_inverse + t * p->n;
            const double *slope = at->slope + t * p->n;
            worth_of_columns(p, t, now, &w, w.q);
            if (columns) {
                const double *own = columns + t * p->n;
                for (ix j = 0; j < p->n; j++) w.q[j] += own[j];
            }
            khazri_expand(&p->c_value, t, w.c);
            for (ix i = 0; i < p->n_summed; i++) {
                const ix j = p->summed[i];
                for (ix e = p->c_start[j]; e < p->c_start[j + 1]; e++)
                    out[p->k + p->c_row[e]] += theta[j] * w.c[e] * w.q[j];
            }
            for (ix j = 0; j < p->n; j++)
                if (p->capacity[j] >= 0) out[p->capacity[j]] += slope[j] * w.q[j];
            khazri_expand(&p->g, t, w.g);
            for (ix e = 0; e < p->n_g; e++) out[p->g_column[e]] += w.g[e] * now[p->g_row[e]];
            double *cuts = out + p->k + p->R;
            for (ix i = 0; i < p->c; i++) {
                const ix j = p->cut_column[i];
                if (t == p->T - 1)
                    for (ix e = p->a_start[j]; e < p->a_start[j + 1]; e++)
                        cuts[i] += w.a[e] * now[p->a_row[e]];
                if (t == 0)
                    for (ix e = p->cut_f_start[i]; e < p->cut_f_start[i + 1]; e++)
                        cuts[i] += p->cut_f_value[e] * now[p->cut_f_row[e]];
            }
        }
    }
    free_buffers(&w);
    return failed;
}

/* Columns dx (T, n) that belong to multipliers u (T, m) and border values (K). */
ix khazri_columns(const form *p, const point *at, const sides *r, const double *u, ix first,
                  ix stop, double *dx)
{
    buffers w;
    ix failed = -1;
    if (make_buffers(p, &w)) {
        failed = 0;
        for (ix t = first; t < stop; t++) {
            const double *now = u + t * p->m, *theta = at->theta_inverse + t * p->n;
            double *out = dx + t * p->n;
            worth_of_columns(p, t, now, &w, out);
            move_columns(p, at, r, t, w.c, w.q);
            for (ix j = 0; j < p->n; j++) out[j] = w.q[j] + theta[j] * out[j];
            if (t == p->T - 1)
                for (ix i = 0; i < p->c; i++)
                    out[p->cut_column[i]] = r->border[p->k + p->R + i];
        }
    }
    free_buffers(&w);
    return failed;
}
