/* Work that is done column by column: complementarity, residuals, directions and steps. */
#include "stages.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    double *lower, *upper;             /* (n): bounds at y */
    double *lower_slope, *upper_slope; /* (n) */
    double *cost, *a, *f, *g, *c, *worth;
    double *to_lower, *to_upper;       /* (n): change of the bounds along dy */
    double *to_lower2, *to_upper2;
    double *has_lower, *has_upper;     /* (n): 1 where there is the bound, else 0 */
    double *lane[4];                   /* (n padded with zeros) */
} local;

static int make_local(const form *p, local *w)
{
    const size_t n = (size_t)(p->n + 1) * sizeof(double);
    double **all[] = {&w->lower, &w->upper, &w->lower_slope, &w->upper_slope, &w->cost,
                      &w->worth, &w->to_lower, &w->to_upper, &w->to_lower2, &w->to_upper2,
                      &w->has_lower, &w->has_upper};
    int done = 1;
    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) done &= (*all[i] = malloc(n)) != NULL;
    for (int i = 0; i < 4; i++)
        done &= (w->lane[i] = calloc((size_t)(p->n + 8), sizeof(double))) != NULL;
    w->a = malloc((size_t)(p->a.n + 1) * sizeof(double));
    w->c = malloc((size_t)(p->c_value.n + 1) * sizeof(double));
    w->f = malloc((size_t)(p->f.n + 1) * sizeof(double));
    w->g = malloc((size_t)(p->g.n + 1) * sizeof(double));
    return done && w->a && w->f && w->g && w->c;
}

static void free_local(local *w)
{
    double *all[] = {w->lower,    w->upper,    w->lower_slope, w->upper_slope, w->cost,
                     w->worth,    w->to_lower, w->to_upper,    w->to_lower2,   w->to_upper2,
                     w->a,        w->f,        w->g,           w->lane[0],     w->lane[1],
                     w->lane[2],  w->lane[3],  w->has_lower,   w->has_upper,
                     w->c};
    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) free(all[i]);
}

static void bounds_at(const form *p, const double *y, ix t, local *w)
{
    khazri_expand(&p->lower, t, w->lower);
    khazri_expand(&p->upper, t, w->upper);
    khazri_expand(&p->lower_slope, t, w->lower_slope);
    khazri_expand(&p->upper_slope, t, w->upper_slope);
    for (ix j = 0; j < p->n; j++) {
        const double size = p->capacity[j] >= 0 ? y[p->capacity[j]] : 0.0;
        w->lower[j] += w->lower_slope[j] * size;
        w->upper[j] += w->upper_slope[j] * size;
    }
}

static void bounds_along(const form *p, const double *dy, const local *w, double *lower,
                         double *upper)
{
    for (ix j = 0; j < p->n; j++) {
        const double size = p->capacity[j] >= 0 ? dy[p->capacity[j]] : 0.0;
        lower[j] = w->lower_slope[j] * size;
        upper[j] = w->upper_slope[j] * size;
    }
}

/* Bounds there are in stage t, as factors: loops over columns stay without branches. */
static void bounds_there(const form *p, ix t, local *w)
{
    const unsigned char *restrict kind = p->kind + t * p->n;
    double *restrict lower = w->has_lower, *restrict upper = w->has_upper;
    for (ix j = 0; j < p->n; j++) {
        lower[j] = (double)(kind[j] & HAS_LOWER);
        upper[j] = (double)((kind[j] & HAS_UPPER) >> 1);
    }
}

/* Distance to a bound, kept off zero by the rounding of x. */
static inline double gap(double difference, double x)
{
    const double least = 1e-15 * (1.0 + fabs(x));
    return difference > least ? difference : least;
}

/* theta^-1 and slope of stages first to stop, and what is diagonal in the border: corner (K, K)
 * grows by [[D, -Q'], [-Q, -N]] with D the capacities' own curvature. */
ix khazri_weights(const form *p, const point *at, ix first, ix stop, double *corner)
{
    local w;
    if (!make_local(p, &w)) {
        free_local(&w);
        return -1;
    }
    const ix K = p->K;
    for (ix t = first; t < stop; t++) {
        bounds_at(p, at->y, t, &w);
        khazri_expand(&p->c_value, t, w.c);
        const unsigned char *kind = p->kind + t * p->n;
        const double *x = at->x + t * p->n;
        const double *zl = at->z_lower + t * p->n, *zu = at->z_upper + t * p->n;
        double *inverse = at->theta_inverse + t * p->n, *slope = at->slope + t * p->n;
        for (ix j = 0; j < p->n; j++) {
            const double a = kind[j] & HAS_LOWER ? zl[j] / gap(x[j] - w.lower[j], x[j]) : 0.0;
            const double b = kind[j] & HAS_UPPER ? zu[j] / gap(w.upper[j] - x[j], x[j]) : 0.0;
            const double own = kind[j] & (HAS_LOWER | HAS_UPPER) ? THETA_LEAST : at->regular;
            const double theta = kind[j] & IS_ACTIVE ? 1.0 / (a + b + own) : 0.0;
            const double L = w.lower_slope[j], U = w.upper_slope[j];
            inverse[j] = theta;
            slope[j] = theta * (a * L + b * U);
            /* a L^2 + b U^2 - (a L + b U)^2 / theta without cancellation */
            w.worth[j] = theta
                         * (a * b * (U - L) * (U - L) + own * (a * L * L + b * U * U));
        }
        if (t == p->T - 1)
            for (ix i = 0; i < p->c; i++) {
                const ix j = p->cut_column[i], place = p->k + p->R + i, own = p->capacity[j];
                if (!(kind[j] & IS_ACTIVE)) { /* keeps its value */
                    corner[place * K + place] += 1.0;
                    continue;
                }
                const double theta = 1.0 / inverse[j], R = slope[j] * theta;
                corner[place * K + place] += theta;
                if (own >= 0) {
                    corner[place * K + own] -= R;
                    corner[own * K + place] -= R;
                    /* the cut column is not eliminated: its part of the capacity's curvature */
                    w.worth[j] += R * slope[j];
                }
                for (ix e = p->c_start[j]; e < p->c_start[j + 1]; e++) {
                    const ix row = p->k + p->c_row[e];
                    corner[place * K + row] -= w.c[e];
                    corner[row * K + place] -= w.c[e];
                }
            }
        for (ix j = 0; j < p->n; j++)
            if (p->capacity[j] >= 0 && kind[j] & IS_ACTIVE)
                corner[p->capacity[j] * (K + 1)] += w.worth[j];
        if (t == p->T - 1)
            for (ix i = 0; i < p->c; i++) {
                inverse[p->cut_column[i]] = 0.0;
                slope[p->cut_column[i]] = 0.0;
            }
        for (ix j = 0; j < p->n; j++)
            for (ix e = p->c_start[j]; e < p->c_start[j + 1]; e++) {
                const ix row = p->k + p->c_row[e];
                const double value = w.c[e];
                if (p->capacity[j] >= 0) {
                    corner[row * K + p->capacity[j]] -= value * slope[j];
                    corner[p->capacity[j] * K + row] -= value * slope[j];
                }
                for (ix d = p->c_start[j]; d < p->c_start[j + 1]; d++)
                    corner[row * K + p->k + p->c_row[d]] -=
                        value * inverse[j] * w.c[d];
            }
    }
    free_local(&w);
    return 0;
}

/* Take off `left` (m) what the stage before t hands on of columns x (T, n): of the first stage, what
 * cut columns of the last one do. */
static void take_earlier(const form *p, ix t, const double *x, local *w, double *left)
{
    if (t > 0) {
        const double *before = x + (t - 1) * p->n;
        khazri_expand(&p->f, t, w->f);
        for (ix i = 0; i < p->n_carried; i++)
            for (ix e = p->f_start[i]; e < p->f_start[i + 1]; e++)
                left[p->f_row[e]] -= w->f[e] * before[p->carried[i]];
    } else {
        const double *last = x + (p->T - 1) * p->n;
        for (ix i = 0; i < p->c; i++)
            for (ix e = p->cut_f_start[i]; e < p->cut_f_start[i + 1]; e++)
                left[p->cut_f_row[e]] -= p->cut_f_value[e] * last[p->cut_column[i]];
    }
}

/* Residuals of stages first to stop.
 *
 * rows (T, m)     right-hand side less A x + F x_ + G y
 * columns (T, n)  minus the reduced costs: A' row_dual + F' row_dual_ + C' sum_dual - cost
 * border (K)      grows by sum_t of -G' row_dual in the first k, of C x in the next R
 * pull (k)        grows by sum_t of L z_lower - U z_upper
 * totals (7)      products of bounds and multipliers: sum, number; cost; dual value of
 *                 bounds and right-hand sides; largest |dual residual|, and of its terms; what
 *                 dual residuals between two bounds take off a proven bound */
ix khazri_residuals(const form *p, const point *at, ix first, ix stop, double *rows,
                    double *columns, double *border, double *pull, double *totals)
{
    local w;
    if (!make_local(p, &w)) {
        free_local(&w);
        return -1;
    }
    for (ix t = first; t < stop; t++) {
        bounds_at(p, at->y, t, &w);
        khazri_expand(&p->a, t, w.a);
        khazri_expand(&p->cost, t, w.cost);
        khazri_expand(&p->c_value, t, w.c);
        khazri_expand(&p->g, t, w.g);
        const unsigned char *kind = p->kind + t * p->n;
        const double *x = at->x + t * p->n, *dual = at->row_dual + t * p->m;
        const double *zl = at->z_lower + t * p->n, *zu = at->z_upper + t * p->n;
        double *left = rows + t * p->m, *out = columns + t * p->n;
        memcpy(left, p->rhs + t * p->m, (size_t)p->m * sizeof(double));
        for (ix i = 0; i < p->m; i++) totals[3] += p->rhs[t * p->m + i] * dual[i];
        for (ix j = 0; j < p->n; j++) {
            double worth = 0.0, size = 0.0;
            for (ix e = p->a_start[j]; e < p->a_start[j + 1]; e++) {
                left[p->a_row[e]] -= w.a[e] * x[j];
                const double term = w.a[e] * dual[p->a_row[e]];
                worth += term;
                size = fmax(size, fabs(term));
            }
            out[j] = worth;
            w.worth[j] = size;
        }
        take_earlier(p, t, at->x, &w, left);
        if (t + 1 < p->T) {
            khazri_expand(&p->f, t + 1, w.f);
            for (ix i = 0; i < p->n_carried; i++)
                for (ix e = p->f_start[i]; e < p->f_start[i + 1]; e++) {
                    const double term = w.f[e] * dual[p->m + p->f_row[e]];
                    out[p->carried[i]] += term;
                    w.worth[p->carried[i]] = fmax(w.worth[p->carried[i]], fabs(term));
                }
        } else {
            for (ix i = 0; i < p->c; i++)
                for (ix e = p->cut_f_start[i]; e < p->cut_f_start[i + 1]; e++) {
                    const double term = p->cut_f_value[e] * at->row_dual[p->cut_f_row[e]];
                    out[p->cut_column[i]] += term;
                    w.worth[p->cut_column[i]] = fmax(w.worth[p->cut_column[i]], fabs(term));
                }
        }
        for (ix e = 0; e < p->n_g; e++) {
            left[p->g_row[e]] -= w.g[e] * at->y[p->g_column[e]];
            border[p->g_column[e]] -= w.g[e] * dual[p->g_row[e]];
        }
        for (ix j = 0; j < p->n; j++) {
            const double cost = p->weight[t] * w.cost[j];
            out[j] -= cost;
            for (ix e = p->c_start[j]; e < p->c_start[j + 1]; e++) {
                const double value = w.c[e];
                out[j] += value * at->sum_dual[p->c_row[e]];
                border[p->k + p->c_row[e]] += value * x[j];
            }
            if (!(kind[j] & IS_ACTIVE)) continue;
            totals[2] += cost * x[j];
            double residual = -out[j];
            double drawn = 0.0;
            if (kind[j] & HAS_LOWER) {
                const double product = zl[j] * gap(x[j] - w.lower[j], x[j]);
                totals[0] += product;
                totals[1] += 1.0;
                const double size = p->capacity[j] >= 0 ? at->y[p->capacity[j]] : 0.0;
                totals[3] += zl[j] * (w.lower[j] - w.lower_slope[j] * size);
                residual -= zl[j];
                drawn += w.lower_slope[j] * zl[j];
            }
            if (kind[j] & HAS_UPPER) {
                const double product = zu[j] * gap(w.upper[j] - x[j], x[j]);
                totals[0] += product;
                totals[1] += 1.0;
                const double size = p->capacity[j] >= 0 ? at->y[p->capacity[j]] : 0.0;
                totals[3] -= zu[j] * (w.upper[j] - w.upper_slope[j] * size);
                residual += zu[j];
                drawn -= w.upper_slope[j] * zu[j];
            }
            if (p->capacity[j] >= 0) pull[p->capacity[j]] += drawn;
            totals[4] = fmax(totals[4], fabs(residual));
            if ((kind[j] & HAS_LOWER) && (kind[j] & HAS_UPPER))
                totals[6] += fabs(residual) * (w.upper[j] - w.lower[j]);
            totals[5] = fmax(totals[5], fmax(fabs(cost), w.worth[j]));
        }
    }
    free_local(&w);
    return 0;
}

/* Lanes of a maximum: columns are taken eight at a time, each lane keeps its own, so that the
 * compiler needs no leave to reorder. */
#define MOST 8

static inline double largest(const double *lane)
{
    double best = lane[0];
    for (int l = 1; l < MOST; l++) best = lane[l] > best ? lane[l] : best;
    return best;
}

/* best (MOST) keeps the largest of value (n), n padded with zeros to a multiple of MOST. */
static inline void keep_largest(const double *value, ix n, double *best)
{
    for (ix j = 0; j < n; j += MOST)
        for (int l = 0; l < MOST; l++) best[l] = value[j + l] > best[l] ? value[j + l] : best[l];
}

/* Of one side of all columns of a stage: `side` is 1 for lower bounds, -1 for upper ones, so that the
 * distance to the bound is side * (x - bound). Arrays (n); functions of their own, as compilers
 * vectorise loops over parameters. */
static void predict_side(ix n, double side, const double *restrict has,
                         const double *restrict bound, const double *restrict bound_along,
                         const double *restrict x, const double *restrict along,
                         const double *restrict z, double *restrict dz, double *restrict near,
                         double *restrict shrink)
{
    for (ix j = 0; j < n; j++) {
        const double distance = gap(side * (x[j] - bound[j]), x[j]);
        const double rate = has[j] * side * (along[j] - bound_along[j]) / distance;
        dz[j] = -z[j] - z[j] * rate;
        near[j] = -rate;
        shrink[j] = has[j] * (1.0 + rate);
    }
}

/* Multipliers of the bounds along the predictor, whose products shall vanish.
 *
 * dx (T, n), dy (k)   direction
 * lower, upper (T, n) out: dz_lower, dz_upper
 * ratios (2)          largest relative decrease of distances and of multipliers, in and out */
ix khazri_direction(const form *p, const point *at, ix first, ix stop, const double *dx,
                    const double *dy, double *lower, double *upper, double *ratios)
{
    local w;
    if (!make_local(p, &w)) {
        free_local(&w);
        return -1;
    }
    double primal[MOST] = {0}, dual[MOST] = {0};
    for (ix t = first; t < stop; t++) {
        bounds_at(p, at->y, t, &w);
        bounds_along(p, dy, &w, w.to_lower, w.to_upper);
        bounds_there(p, t, &w);
        const ix o = t * p->n;
        predict_side(p->n, 1.0, w.has_lower, w.lower, w.to_lower, at->x + o, dx + o,
                     at->z_lower + o, lower + o, w.lane[0], w.lane[1]);
        keep_largest(w.lane[0], p->n, primal);
        keep_largest(w.lane[1], p->n, dual);
        predict_side(p->n, -1.0, w.has_upper, w.upper, w.to_upper, at->x + o, dx + o,
                     at->z_upper + o, upper + o, w.lane[0], w.lane[1]);
        keep_largest(w.lane[0], p->n, primal);
        keep_largest(w.lane[1], p->n, dual);
    }
    ratios[0] = fmax(ratios[0], largest(primal));
    ratios[1] = fmax(ratios[1], largest(dual));
    free_local(&w);
    return 0;
}

/* Sum of the products after a step along (dx, dy, dz): total (1) grows. */
ix khazri_products_after(const form *p, const point *at, ix first, ix stop, const double *dx,
                         const double *dy, const double *lower, const double *upper,
                         double step_primal, double step_dual, double *total)
{
    local w;
    if (!make_local(p, &w)) {
        free_local(&w);
        return -1;
    }
    for (ix t = first; t < stop; t++) {
        bounds_at(p, at->y, t, &w);
        bounds_along(p, dy, &w, w.to_lower, w.to_upper);
        const unsigned char *kind = p->kind + t * p->n;
        const double *restrict x = at->x + t * p->n, *restrict along = dx + t * p->n;
        const double *restrict zl = at->z_lower + t * p->n, *restrict zu = at->z_upper + t * p->n;
        const double *restrict dl = lower + t * p->n, *restrict du = upper + t * p->n;
        double sum = 0.0;
        for (ix j = 0; j < p->n; j++) {
            if (kind[j] & HAS_LOWER)
                sum += (x[j] - w.lower[j] + step_primal * (along[j] - w.to_lower[j]))
                       * (zl[j] + step_dual * dl[j]);
            if (kind[j] & HAS_UPPER)
                sum += (w.upper[j] - x[j] + step_primal * (w.to_upper[j] - along[j]))
                       * (zu[j] + step_dual * du[j]);
        }
        *total += sum;
    }
    free_local(&w);
    return 0;
}

/* The change that brings a product back into the neighbourhood [low, high]; large products are
 * brought down by no more than `most`. */
static inline double back_inside(double product, double low, double high, double most)
{
    const double down = high - product > -most ? high - product : -most;
    return product < low ? low - product : product > high ? down : 0.0;
}

typedef struct {
    double primal, dual, low, high, most;
} aim;

/* See predict_side for `side`; change (n) out, push and pull (n) grow. */
static void correct_side(ix n, double side, const aim *aims, const double *restrict has,
                         const double *restrict bound, const double *restrict bound_along,
                         const double *restrict slope, const double *restrict x,
                         const double *restrict along, const double *restrict z,
                         const double *restrict dz, double *restrict change,
                         double *restrict push, double *restrict pull)
{
    const double primal = aims->primal, dual = aims->dual;
    const double low = aims->low, high = aims->high, most = aims->most;
    const int is_mehrotra = primal == 0.0 && dual == 0.0;
    for (ix j = 0; j < n; j++) {
        const double v = gap(side * (x[j] - bound[j]), x[j]);
        const double dv = side * (along[j] - bound_along[j]);
        const double after = (v + primal * dv) * (z[j] + dual * dz[j]);
        const double inside = back_inside(after, low, high, most);
        change[j] = has[j] * (is_mehrotra ? low - dv * dz[j] : inside);
        const double own = side * change[j] / v;
        push[j] += own;
        pull[j] -= slope[j] * own;
    }
}

/* Right-hand side of a corrector for the direction (dx, dy, lower, upper).
 *
 * steps (2)   trial steps, primal and dual
 * band (3)    products wanted after the trial step: low, high, and the most that one is lowered;
 *             without trial steps all products are aimed at `low`, less the second-order terms of
 *             the direction (Mehrotra)
 * change_lower, change_upper (T, n) out: wanted change of the products
 * columns (T, n) out: change_lower / v - change_upper / w
 * border (k)  grows by sum over t of U change_upper / w - L change_lower / v, with the sign of y */
ix khazri_corrector(const form *p, const point *at, ix first, ix stop, const double *dx,
                    const double *dy, const double *lower, const double *upper,
                    const double *steps, const double *band, double *change_lower,
                    double *change_upper, double *columns, double *border)
{
    local w;
    if (!make_local(p, &w)) {
        free_local(&w);
        return -1;
    }
    const aim aims = {steps[0], steps[1], band[0], band[1], band[2]};
    for (ix t = first; t < stop; t++) {
        bounds_at(p, at->y, t, &w);
        bounds_along(p, dy, &w, w.to_lower, w.to_upper);
        bounds_there(p, t, &w);
        const ix o = t * p->n;
        double *pull = w.lane[0];
        memset(pull, 0, (size_t)p->n * sizeof(double));
        memset(columns + o, 0, (size_t)p->n * sizeof(double));
        correct_side(p->n, 1.0, &aims, w.has_lower, w.lower, w.to_lower, w.lower_slope, at->x + o,
                     dx + o, at->z_lower + o, lower + o, change_lower + o, columns + o, pull);
        correct_side(p->n, -1.0, &aims, w.has_upper, w.upper, w.to_upper, w.upper_slope, at->x + o,
                     dx + o, at->z_upper + o, upper + o, change_upper + o, columns + o, pull);
        for (ix j = 0; j < p->n; j++)
            if (p->capacity[j] >= 0) border[p->capacity[j]] += pull[j];
    }
    free_local(&w);
    return 0;
}

/* best (n_weights, MOST) keeps the largest of d + weight c, arrays (n padded with zeros).
 *
 * Along the weights each value is straight, so it is nowhere above the larger of its values at the
 * first and last weight: eight columns of which none gets above the least of `best` there are
 * passed over. After a few stages those are nearly all. */
static void keep_along(const double *d, const double *c, ix n, const double *weights, ix n_weights,
                       double *best)
{
    const double low = weights[0], high = weights[n_weights - 1];
    double least = largest(best);
    for (ix i = 1; i < n_weights; i++) {
        const double other = largest(best + i * MOST);
        least = other < least ? other : least;
    }
    for (ix j = 0; j < n; j += MOST) {
        int above = 0;
        for (int l = 0; l < MOST; l++) {
            const double at_low = d[j + l] + low * c[j + l], at_high = d[j + l] + high * c[j + l];
            above |= (at_low > least) | (at_high > least);
        }
        if (!above) continue;
        for (ix i = 0; i < n_weights; i++) {
            double *lane = best + i * MOST;
            for (int l = 0; l < MOST; l++) {
                const double value = d[j + l] + weights[i] * c[j + l];
                lane[l] = value > lane[l] ? value : lane[l];
            }
        }
    }
}

/* See predict_side for `side`. bz (n) in: change of the products asked for, out: multipliers.
 * d, c (n) out: relative decrease of distances along the direction and the corrector; e, g (n) the
 * same of multipliers. */
static void along_side(ix n, double side, const double *restrict has, const double *restrict bound,
                       const double *restrict bound_d, const double *restrict bound_c,
                       const double *restrict x, const double *restrict dx,
                       const double *restrict cx, const double *restrict z,
                       const double *restrict dz, double *restrict bz, double *restrict d,
                       double *restrict c, double *restrict e, double *restrict g)
{
    for (ix j = 0; j < n; j++) {
        const double v = has[j] / gap(side * (x[j] - bound[j]), x[j]);
        const double inverse = has[j] / (z[j] + (1.0 - has[j]));
        const double move = side * (cx[j] - bound_c[j]);
        bz[j] = (bz[j] - z[j] * move) * v;
        d[j] = side * (bound_d[j] - dx[j]) * v;
        c[j] = -move * v;
        e[j] = -dz[j] * inverse;
        g[j] = -bz[j] * inverse;
    }
}

/* Multipliers of the bounds along a corrector (cx, cy), in place of the change of the products
 * asked for in c_lower and c_upper, and the largest relative decreases along (d + omega c) for each
 * of n_weights omegas, at most 16.
 *
 * ratios (2, n_weights)  of distances to bounds and of multipliers, in and out */
ix khazri_ratios(const form *p, const point *at, ix first, ix stop, const double *dx,
                 const double *dy, const double *lower, const double *upper, const double *cx,
                 const double *cy, double *c_lower, double *c_upper, const double *weights,
                 ix n_weights, double *ratios)
{
    local w;
    if (!make_local(p, &w) || n_weights > 16) {
        free_local(&w);
        return -1;
    }
    double primal[16 * MOST] = {0}, dual[16 * MOST] = {0};
    double *restrict d = w.lane[0], *restrict c = w.lane[1];
    double *restrict e = w.lane[2], *restrict g = w.lane[3];
    for (ix t = first; t < stop; t++) {
        bounds_at(p, at->y, t, &w);
        bounds_along(p, dy, &w, w.to_lower, w.to_upper);
        bounds_along(p, cy, &w, w.to_lower2, w.to_upper2);
        bounds_there(p, t, &w);
        const ix o = t * p->n;
        along_side(p->n, 1.0, w.has_lower, w.lower, w.to_lower, w.to_lower2, at->x + o, dx + o,
                   cx + o, at->z_lower + o, lower + o, c_lower + o, d, c, e, g);
        keep_along(d, c, p->n, weights, n_weights, primal);
        keep_along(e, g, p->n, weights, n_weights, dual);
        along_side(p->n, -1.0, w.has_upper, w.upper, w.to_upper, w.to_upper2, at->x + o, dx + o,
                   cx + o, at->z_upper + o, upper + o, c_upper + o, d, c, e, g);
        keep_along(d, c, p->n, weights, n_weights, primal);
        keep_along(e, g, p->n, weights, n_weights, dual);
    }
    for (ix i = 0; i < n_weights; i++) {
        ratios[i] = fmax(ratios[i], largest(primal + i * MOST));
        ratios[n_weights + i] = fmax(ratios[n_weights + i], largest(dual + i * MOST));
    }
    free_local(&w);
    return 0;
}

/* Numbers first to stop of target grow by weight times change. */
ix khazri_add(ix first, ix stop, double weight, const double *restrict change,
              double *restrict target)
{
    for (ix i = first; i < stop; i++) target[i] += weight * change[i];
    return 0;
}

/* Take a step; what leaves a stage's bounds by rounding is held by `gap`. */
ix khazri_step(const form *p, const point *at, ix first, ix stop, double step_primal,
               double step_dual, const double *dx, const double *lower, const double *upper,
               const double *row_dual)
{
    for (ix t = first; t < stop; t++) {
        const unsigned char *kind = p->kind + t * p->n;
        double *dual = at->row_dual + t * p->m;
        for (ix i = 0; i < p->m; i++) dual[i] += step_dual * row_dual[t * p->m + i];
        for (ix j = 0; j < p->n; j++) {
            if (!(kind[j] & IS_ACTIVE)) continue;
            const ix i = t * p->n + j;
            at->x[i] += step_primal * dx[i];
            if (kind[j] & HAS_LOWER) at->z_lower[i] += step_dual * lower[i];
            if (kind[j] & HAS_UPPER) at->z_upper[i] += step_dual * upper[i];
        }
    }
    return 0;
}

/* Row residuals of a direction: out (T, m) = rows - (A dx + F dx_ + G dy). */
ix khazri_row_residual(const form *p, ix first, ix stop, const double *rows, const double *dx,
                       const double *dy, double *out)
{
    local w;
    if (!make_local(p, &w)) {
        free_local(&w);
        return -1;
    }
    for (ix t = first; t < stop; t++) {
        double *left = out + t * p->m;
        const double *restrict x = dx + t * p->n;
        memcpy(left, rows + t * p->m, (size_t)p->m * sizeof(double));
        khazri_expand(&p->a, t, w.a);
        khazri_expand(&p->g, t, w.g);
        for (ix j = 0; j < p->n; j++)
            for (ix e = p->a_start[j]; e < p->a_start[j + 1]; e++)
                left[p->a_row[e]] -= w.a[e] * x[j];
        take_earlier(p, t, dx, &w, left);
        for (ix e = 0; e < p->n_g; e++) left[p->g_row[e]] -= w.g[e] * dy[p->g_column[e]];
    }
    free_local(&w);
    return 0;
}
