/* Substitution in a factorised system and the way back from row multipliers to columns. */
#include "stages.h"

#include <stdlib.h>
#include <string.h>

/* The right-hand side of one solve: of the rows (T, m), columns taken off (khazri_reduce), and values
 * of the border (K + 1) that are known already, or NULL while none are; the last is zero, for
 * columns without a capacity. */
typedef struct {
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
    w->handed = calloc((size_t)p->lds, sizeof(double));
    w->part = calloc((size_t)p->lds, sizeof(double));
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

/* q (n): what the border moves the columns of stage t by, at those that it moves at all:
 * theta^-1 C' mu + slope y. */
static void move_bordered(const form *p, const point *at, ix t, const double *border, double *c,
                          double *q)
{
    const double *theta = at->theta_inverse + t * p->n, *slope = at->slope + t * p->n;
    const double *sums = border + p->k;
    for (ix i = 0; i < p->n_bordered; i++) {
        const ix j = p->bordered[i];
        q[j] = slope[j] * border[p->owner[j]];
    }
    if (!p->n_summed) return;
    khazri_expand(&p->c_value, t, c);
    for (ix i = 0; i < p->n_summed; i++) {
        const ix j = p->summed[i];
        double price = 0.0;
        for (ix e = p->c_start[j]; e < p->c_start[j + 1]; e++)
            price += c[e] * sums[p->c_row[e]];
        q[j] += theta[j] * price;
    }
}

/* out (T, m): the right-hand side of the rows with theta^-1 px of the columns taken off. */
ix khazri_reduce(const form *p, const point *at, const double *columns, const double *rows,
                 ix first, ix stop, double *out)
{
    buffers w;
    ix failed = -1;
    if (make_buffers(p, &w)) {
        failed = 0;
        for (ix t = first; t < stop; t++) {
            double *left = out + t * p->m;
            const double *restrict own = columns + t * p->n;
            const double *restrict theta = at->theta_inverse + t * p->n;
            double *restrict q = w.q;
            memcpy(left, rows + t * p->m, (size_t)p->m * sizeof(double));
            for (ix j = 0; j < p->n; j++) q[j] = theta[j] * own[j];
            khazri_expand(&p->a, t, w.a);
            for (ix j = 0; j < p->n; j++)
                for (ix e = p->a_start[j]; e < p->a_start[j + 1]; e++)
                    left[p->a_row[e]] -= w.a[e] * q[j];
            if (!t) continue;
            khazri_expand(&p->f, t, w.f);
            for (ix i = 0; i < p->n_carried; i++) {
                const ix j = p->carried[i] - p->n;
                const double value = theta[j] * own[j];
                for (ix e = p->f_start[i]; e < p->f_start[i + 1]; e++)
                    left[p->f_row[e]] -= w.f[e] * value;
            }
        }
    }
    free_buffers(&w);
    return failed;
}

/* rows (m): right-hand side of stage t once known border values are taken off. */
static void take_border(const form *p, const point *at, const sides *r, ix t, buffers *w,
                        double *rows)
{
    memcpy(rows, r->rows + t * p->m, (size_t)p->m * sizeof(double));
    if (!r->border) return;
    move_bordered(p, at, t, r->border, w->c, w->q);
    khazri_expand(&p->a, t, w->a);
    for (ix i = 0; i < p->n_bordered; i++) {
        const ix j = p->bordered[i];
        for (ix e = p->a_start[j]; e < p->a_start[j + 1]; e++)
            rows[p->a_row[e]] -= w->a[e] * w->q[j];
    }
    if (t > 0) {
        memset(w->q, 0, (size_t)p->n * sizeof(double));
        move_bordered(p, at, t - 1, r->border, w->c, w->q);
        khazri_expand(&p->f, t, w->f);
        for (ix i = 0; i < p->n_carried; i++)
            for (ix e = p->f_start[i]; e < p->f_start[i + 1]; e++)
                rows[p->f_row[e]] -= w->f[e] * w->q[p->carried[i]];
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

/* out (lds) = inverse' x for a packed lower triangle. */
static void transpose_times(const form *p, const double *inverse, const double *x, double *out)
{
    memset(out, 0, (size_t)p->lds * sizeof(double));
    for (ix r = 0; r < p->s; r++) {
        const ix length = khazri_row_length(r);
        const double *restrict row = inverse + khazri_packed(r);
        const double value = x[r];
        for (ix q = 0; q < length; q++) out[q] += value * row[q];
    }
}

/* out (s) = inverse x for a packed lower triangle and x (lds) that is finite to its end; sums in
 * eight lanes, whose order never changes. */
static void times(const form *p, const double *inverse, const double *x, double *out)
{
    for (ix r = 0; r < p->s; r++) {
        const ix length = khazri_row_length(r);
        const double *row = inverse + khazri_packed(r);
        double sum[8] = {0};
        for (ix q = 0; q < length; q += 8)
            for (int l = 0; l < 8; l++) sum[l] += row[q + l] * x[q + l];
        out[r] = ((sum[0] + sum[4]) + (sum[1] + sum[5])) + ((sum[2] + sum[6]) + (sum[3] + sum[7]));
    }
}

/* Take off `rows` (m) of a stage what its eliminated neighbour u (m) hands on. */
static void receive(const form *p, const factors *of, ix neighbour, ix pair, int backwards,
                    const double *u, buffers *w, double *rows)
{
    const ix *here = backwards ? p->couple_own : p->couple_next;
    const ix *there = backwards ? p->couple_next : p->couple_own;
    const double *coupling = of->coupling + pair * p->n_coupled;
    transpose_times(p, of->l_inverse + neighbour * khazri_packed(p->s), u + p->b, w->handed);
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
    memcpy(w->part, u + p->b, (size_t)p->s * sizeof(double));
    times(p, of->l_inverse + t * khazri_packed(p->s), w->part, u + p->b);
}

/* u (m) becomes the multipliers of stage t. `later` (m) are those of the stage eliminated after
 * it, NULL for the last. */
static void backwards(const form *p, const factors *of, ix t, ix pair, int is_backwards,
                      const double *later, buffers *w, double *u)
{
    const double *inverse = of->l_inverse + t * khazri_packed(p->s);
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

/* Take known border values off the right-hand side of stages first, first + step, ... before `stop` and eliminate it.
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
            take_border(p, at, r, t, &w, now);
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
        take_border(p, at, r, t, &w, now);
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
            khazri_expand(&p->a, t, w.a);
            for (ix i = 0; i < p->n_bordered; i++) {
                const ix j = p->bordered[i];
                double worth = columns ? columns[t * p->n + j] : 0.0;
                for (ix e = p->a_start[j]; e < p->a_start[j + 1]; e++)
                    worth += w.a[e] * now[p->a_row[e]];
                w.q[j] = worth;
            }
            if (t + 1 < p->T) {
                /* Those of columns that the border does not move are written and never read. */
                khazri_expand(&p->f, t + 1, w.f);
                for (ix i = 0; i < p->n_carried; i++)
                    for (ix e = p->f_start[i]; e < p->f_start[i + 1]; e++)
                        w.q[p->carried[i]] += w.f[e] * now[p->m + p->f_row[e]];
            }
            khazri_expand(&p->c_value, t, w.c);
            for (ix i = 0; i < p->n_summed; i++) {
                const ix j = p->summed[i];
                for (ix e = p->c_start[j]; e < p->c_start[j + 1]; e++)
                    out[p->k + p->c_row[e]] += theta[j] * w.c[e] * w.q[j];
            }
            for (ix i = 0; i < p->n_bordered; i++) {
                const ix j = p->bordered[i];
                if (p->capacity[j] >= 0) out[p->capacity[j]] += slope[j] * w.q[j];
            }
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

/* Columns dx (T, n) that belong to multipliers u (T, m), border values (K + 1) and the right-hand
 * side of the columns (T, n), NULL for none. */
ix khazri_columns(const form *p, const point *at, const double *columns, const double *border,
                  const double *u, ix first, ix stop, double *dx)
{
    buffers w;
    ix failed = -1;
    if (make_buffers(p, &w)) {
        failed = 0;
        for (ix t = first; t < stop; t++) {
            const double *now = u + t * p->m;
            const double *restrict theta = at->theta_inverse + t * p->n;
            double *restrict out = dx + t * p->n;
            double *restrict q = w.q;
            khazri_expand(&p->a, t, w.a);
            for (ix j = 0; j < p->n; j++) {
                double worth = 0.0;
                for (ix e = p->a_start[j]; e < p->a_start[j + 1]; e++)
                    worth += w.a[e] * now[p->a_row[e]];
                out[j] = worth;
            }
            if (t + 1 < p->T) {
                khazri_expand(&p->f, t + 1, w.f);
                for (ix i = 0; i < p->n_carried; i++)
                    for (ix e = p->f_start[i]; e < p->f_start[i + 1]; e++)
                        out[p->carried[i]] += w.f[e] * now[p->m + p->f_row[e]];
            }
            if (columns) {
                const double *restrict own = columns + t * p->n;
                for (ix j = 0; j < p->n; j++) out[j] = theta[j] * (own[j] + out[j]);
            } else {
                for (ix j = 0; j < p->n; j++) out[j] *= theta[j];
            }
            move_bordered(p, at, t, border, w.c, q);
            for (ix i = 0; i < p->n_bordered; i++) out[p->bordered[i]] += q[p->bordered[i]];
            if (t == p->T - 1)
                for (ix i = 0; i < p->c; i++)
                    out[p->cut_column[i]] = border[p->k + p->R + i];
        }
    }
    free_buffers(&w);
    return failed;
}
