// SPDX-License-Identifier: Apache-2.0
//
// A small ray tracer: renders one horizontal band of a scene to a binary PPM.
//
//   raytrace SCENE OUT --tile INDEX --of COUNT
//
// Plain C11 and libm. No threads, no clock, no randomness: the same scene and the same
// numbers give the same bytes. README.md beside this file describes scene and output.
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MATERIALS_MAX 32
#define PRIMITIVES_MAX 16384
#define VERTICES_MAX 16384
#define LEAF_MAX 3
#define BINS 8
#define STACK_MAX 64
#define DEPTH_MAX 2       // reflections followed after the first hit
#define EPSILON 1e-6
#define SHARE_MIN 0.05    // a reflection that adds less to the pixel is not followed
#define FAR_AWAY 1e30
#define EDGE_CONTRAST 0.16 // neighbours that differ by more are sampled again

#if defined(__wasm__)
#define MIN(a, b) __builtin_wasm_min_f64((a), (b))
#define MAX(a, b) __builtin_wasm_max_f64((a), (b))
#else
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#endif

typedef struct { double x, y, z; } Vec;

typedef struct {
    char name[24];
    Vec color, second;             // second colour and square size: checker
    double checker, mirror, gloss; // mirror: share reflected head-on; gloss: highlight
    int metal;                     // reflections take the colour of the surface
} Material;

typedef struct {
    Vec a, e1, e2;  // triangle: corner and edges; sphere: centre, radius in e1.x
    int n0, n1, n2; // corner normals; n0 < 0: sphere
    int material;
} Primitive;

typedef struct { double min[3], max[3]; } Box;

typedef struct Node {
    Box box;
    const struct Node *children;  // two side by side; NULL: a leaf
    const Primitive *first, *end; // of a leaf
} Node;

typedef struct { double t, u, v; const Primitive *what; } Hit;

static int width = 640, height = 360;
static Vec eye = {0, 2, -6}, target = {0, 1, 0}, right, up, forward;
static double field_of_view = 45, pixel; // pixel: its height at distance 1
static Vec horizon = {0.8, 0.9, 1}, zenith = {0.2, 0.4, 0.8};
static Vec sun = {0.5, 1, -0.5}, sun_color = {1, 1, 1};
static double ground_y;
static int has_ground;

static Material materials[MATERIALS_MAX];
static int material_count;
static Primitive primitives[PRIMITIVES_MAX], leaves[PRIMITIVES_MAX], ground_plane; // leaves: in the order of the tree
static int primitive_count;
static Vec vertices[VERTICES_MAX], normals[VERTICES_MAX];
static int vertex_count;
static Box boxes[PRIMITIVES_MAX];
static int order[PRIMITIVES_MAX]; // of the primitives, by leaf
static Node nodes[2 * PRIMITIVES_MAX];
static int node_count;

static _Noreturn void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("raytrace: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(2);
}

static inline Vec vec(double x, double y, double z) { return (Vec){x, y, z}; }
static inline Vec add(Vec a, Vec b) { return vec(a.x + b.x, a.y + b.y, a.z + b.z); }
static inline Vec sub(Vec a, Vec b) { return vec(a.x - b.x, a.y - b.y, a.z - b.z); }
static inline Vec mul(Vec a, Vec b) { return vec(a.x * b.x, a.y * b.y, a.z * b.z); }
static inline Vec scale(Vec a, double s) { return vec(a.x * s, a.y * s, a.z * s); }
static inline double dot(Vec a, Vec b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
static inline Vec cross(Vec a, Vec b) {
    return vec(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x);
}
static inline Vec unit(Vec a) { return scale(a, 1 / sqrt(dot(a, a))); }
static inline Vec mix(Vec a, Vec b, double t) { return add(scale(a, 1 - t), scale(b, t)); }

// ---- Scene ---------------------------------------------------------------------------

static int add_vertex(Vec position, Vec normal) {
    if (vertex_count == VERTICES_MAX) fail("more than %d vertices", VERTICES_MAX);
    vertices[vertex_count] = position;
    normals[vertex_count] = normal;
    return vertex_count++;
}

static Primitive *add_primitive(int material) {
    if (primitive_count == PRIMITIVES_MAX) fail("more than %d primitives", PRIMITIVES_MAX);
    Primitive *p = &primitives[primitive_count++];
    p->material = material;
    return p;
}

static void add_triangle(int i, int j, int k, int material) {
    Primitive *p = add_primitive(material);
    p->a = vertices[i];
    p->e1 = sub(vertices[j], vertices[i]);
    p->e2 = sub(vertices[k], vertices[i]);
    p->n0 = i, p->n1 = j, p->n2 = k;
}

static void add_sphere(Vec centre, double radius, int material) {
    Primitive *p = add_primitive(material);
    p->a = centre;
    p->e1 = vec(radius, 0, 0);
    p->n0 = -1;
}

static Vec knot_point(double p, double q, double angle) {
    double r = 2.5 + cos(q * angle);
    return vec(r * cos(p * angle), r * sin(p * angle), -sin(q * angle));
}

// Normal of the torus that the knot winds around: a frame along the curve without twists.
static Vec torus_normal(double p, double q, double angle) {
    return vec(cos(q * angle) * cos(p * angle), cos(q * angle) * sin(p * angle), -sin(q * angle));
}

// A tube along a (p, q) torus knot; p = 1, q = 0 is a plain ring.
static void add_knot(int p, int q, Vec centre, double size, double tube, double turn, int along, int around, int material) {
    if (along < 3 || around < 3 || along > 4096 || around > 256) fail("knot: 3..4096 segments along, 3..256 around");
    const double tau = 6.283185307179586;
    double c = cos(turn * tau / 360), s = sin(turn * tau / 360);
    int first = vertex_count;
    for (int i = 0; i < along; i++) {
        double angle = tau * i / along;
        Vec here = knot_point(p, q, angle), next = knot_point(p, q, angle + 0.001);
        Vec tangent = unit(sub(next, here));
        Vec side = torus_normal(p, q, angle), over = unit(cross(side, tangent));
        for (int j = 0; j < around; j++) {
            double turn_angle = tau * j / around;
            Vec n = add(scale(side, cos(turn_angle)), scale(over, sin(turn_angle)));
            Vec at = scale(add(here, scale(n, tube)), size);
            add_vertex(add(centre, vec(c * at.x + s * at.z, at.y, c * at.z - s * at.x)), vec(c * n.x + s * n.z, n.y, c * n.z - s * n.x));
        }
    }
    for (int i = 0; i < along; i++)
        for (int j = 0; j < around; j++) {
            int i1 = (i + 1) % along, j1 = (j + 1) % around;
            int v00 = first + i * around + j, v10 = first + i1 * around + j;
            int v01 = first + i * around + j1, v11 = first + i1 * around + j1;
            add_triangle(v00, v10, v11, material);
            add_triangle(v00, v11, v01, material);
        }
}

static int find_material(const char *name) {
    for (int i = 0; i < material_count; i++)
        if (strcmp(materials[i].name, name) == 0) return i;
    fail("unknown material '%s'", name);
}

static char *words[32];
static int word_count;
static int line_number;

static double number(int i) {
    if (i >= word_count) fail("line %d: '%s' needs at least %d values", line_number, words[0], i);
    char *end;
    double value = strtod(words[i], &end);
    if (*end != 0 || !(value > -1e9 && value < 1e9)) fail("line %d: '%s' is not a number", line_number, words[i]);
    return value;
}

static Vec triple(int i) { return vec(number(i), number(i + 1), number(i + 2)); }

static int material_at(int i) {
    if (i >= word_count) fail("line %d: '%s' names no material", line_number, words[0]);
    return find_material(words[i]);
}

static void read_material(void) {
    if (material_count == MATERIALS_MAX) fail("line %d: more than %d materials", line_number, MATERIALS_MAX);
    Material *m = &materials[material_count];
    if (word_count < 7 || strlen(words[1]) >= sizeof m->name) fail("line %d: material NAME r g b mirror gloss [metal | checker r g b size]", line_number);
    strcpy(m->name, words[1]);
    m->color = triple(2);
    m->mirror = number(5);
    m->gloss = number(6);
    if (word_count > 7 && strcmp(words[7], "metal") == 0) m->metal = 1;
    if (word_count > 7 && strcmp(words[7], "checker") == 0) m->second = triple(8), m->checker = number(11);
    material_count++;
}

static void read_statement(void) {
    const char *verb = words[0];
    if (strcmp(verb, "image") == 0) {
        width = (int)number(1), height = (int)number(2);
        if (width < 1 || height < 1 || width > 4096 || height > 4096) fail("line %d: image sides must be 1..4096", line_number);
    } else if (strcmp(verb, "camera") == 0) {
        eye = triple(1), target = triple(4), field_of_view = number(7);
    } else if (strcmp(verb, "sky") == 0) {
        horizon = triple(1), zenith = triple(4);
    } else if (strcmp(verb, "sun") == 0) {
        sun = triple(1), sun_color = triple(4);
    } else if (strcmp(verb, "material") == 0) {
        read_material();
    } else if (strcmp(verb, "ground") == 0) {
        ground_y = number(1), ground_plane.material = material_at(2), has_ground = 1;
    } else if (strcmp(verb, "sphere") == 0) {
        add_sphere(triple(1), number(4), material_at(5));
    } else if (strcmp(verb, "knot") == 0) {
        add_knot((int)number(1), (int)number(2), triple(3), number(6), number(7), number(8), (int)number(9), (int)number(10), material_at(11));
    } else if (strcmp(verb, "triangle") == 0) {
        Vec a = triple(1), b = triple(4), c = triple(7), n = unit(cross(sub(b, a), sub(c, a)));
        int i = add_vertex(a, n), j = add_vertex(b, n), k = add_vertex(c, n);
        add_triangle(i, j, k, material_at(10));
    } else {
        fail("line %d: unknown statement '%s'", line_number, verb);
    }
}

static void read_scene(const char *path) {
    FILE *file = fopen(path, "r");
    if (!file) fail("cannot open scene '%s'", path);
    char line[512];
    while (fgets(line, sizeof line, file)) {
        line_number++;
        line[strcspn(line, "#\r\n")] = 0;
        word_count = 0;
        for (char *word = strtok(line, " \t"); word && word_count < 32; word = strtok(NULL, " \t")) words[word_count++] = word;
        if (word_count > 0) read_statement();
    }
    fclose(file);
    sun = unit(sun);
    forward = unit(sub(target, eye));
    pixel = 2 * tan(field_of_view * 3.141592653589793 / 360) / height;
    right = unit(cross(vec(0, 1, 0), forward));
    up = cross(forward, right);
}

// ---- Bounding-volume tree ------------------------------------------------------------

static const Box nothing = {{FAR_AWAY, FAR_AWAY, FAR_AWAY}, {-FAR_AWAY, -FAR_AWAY, -FAR_AWAY}};

static Box bounds_of(const Primitive *p) {
    if (p->n0 < 0) {
        double r = p->e1.x;
        return (Box){{p->a.x - r, p->a.y - r, p->a.z - r}, {p->a.x + r, p->a.y + r, p->a.z + r}};
    }
    Vec b = add(p->a, p->e1), c = add(p->a, p->e2);
    return (Box){{MIN(p->a.x, MIN(b.x, c.x)), MIN(p->a.y, MIN(b.y, c.y)), MIN(p->a.z, MIN(b.z, c.z))},
                 {MAX(p->a.x, MAX(b.x, c.x)), MAX(p->a.y, MAX(b.y, c.y)), MAX(p->a.z, MAX(b.z, c.z))}};
}

static inline void grow(Box *box, const Box *by) {
    for (int k = 0; k < 3; k++) box->min[k] = MIN(box->min[k], by->min[k]), box->max[k] = MAX(box->max[k], by->max[k]);
}

static double half_area(const Box *box) {
    double x = box->max[0] - box->min[0], y = box->max[1] - box->min[1], z = box->max[2] - box->min[2];
    return x < 0 ? 0 : x * y + y * z + z * x;
}

// Cost by the surface-area heuristic of every cut between 8 bins along one axis; the best cut.
static int choose_split(int first, int count, int axis, double lo, double step) {
    Box bins[BINS], side = nothing;
    double right_cost[BINS];
    int in_bin[BINS] = {0}, best = 0, total = 0;
    for (int b = 0; b < BINS; b++) bins[b] = nothing;
    for (int i = first; i < first + count; i++) {
        const Box *box = &boxes[order[i]];
        int b = (int)((box->min[axis] + box->max[axis] - lo) * step);
        in_bin[b]++;
        grow(&bins[b], box);
    }
    for (int b = BINS - 1; b > 0; b--) {
        grow(&side, &bins[b]);
        total += in_bin[b];
        right_cost[b] = total * half_area(&side);
    }
    double best_cost = FAR_AWAY;
    total = 0;
    side = nothing;
    for (int b = 1; b < BINS; b++) {
        grow(&side, &bins[b - 1]);
        total += in_bin[b - 1];
        double cost = total * half_area(&side) + right_cost[b];
        if (total > 0 && total < count && cost < best_cost) best_cost = cost, best = b;
    }
    return best;
}

static void build(Node *n, int first, int count) {
    double lo[3] = {FAR_AWAY, FAR_AWAY, FAR_AWAY}, hi[3] = {-FAR_AWAY, -FAR_AWAY, -FAR_AWAY};
    for (int i = first; i < first + count; i++) {
        const Box *box = &boxes[order[i]];
        for (int k = 0; k < 3; k++) {
            double twice = box->min[k] + box->max[k];
            lo[k] = MIN(lo[k], twice), hi[k] = MAX(hi[k], twice);
        }
    }
    int axis = 0;
    for (int k = 1; k < 3; k++)
        if (hi[k] - lo[k] > hi[axis] - lo[axis]) axis = k;
    if (count > LEAF_MAX && hi[axis] - lo[axis] > EPSILON) {
        double step = BINS * 0.999999 / (hi[axis] - lo[axis]);
        int split = count > 8 ? choose_split(first, count, axis, lo[axis], step) : BINS / 2, i = first, j = first + count - 1;
        while (i <= j) {
            const Box *box = &boxes[order[i]];
            if ((int)((box->min[axis] + box->max[axis] - lo[axis]) * step) < split) { i++; continue; }
            int swap = order[i];
            order[i] = order[j];
            order[j--] = swap;
        }
        if (i > first && i < first + count) {
            Node *children = &nodes[node_count];
            node_count += 2;
            n->children = children;
            build(children, first, i - first);
            build(children + 1, i, first + count - i);
            n->box = children[0].box;
            grow(&n->box, &children[1].box);
            return;
        }
    }
    n->box = nothing;
    n->first = &leaves[first], n->end = &leaves[first + count];
    for (int i = first; i < first + count; i++) {
        leaves[i] = primitives[order[i]];
        grow(&n->box, &boxes[order[i]]);
    }
}

// ---- Rays ----------------------------------------------------------------------------

typedef struct { double near, far; } Span;

static inline double plane(const Box *box, int offset) { return *(const double *)((const char *)box + offset); }

// The part of a ray inside a box; empty when near > far. near_k: byte offset of the plane met first along axis k.
static inline Span inside(const Box *box, Vec o, Vec inverse, int near_x, int near_y, int near_z, double limit) {
    double x0 = (plane(box, near_x) - o.x) * inverse.x, x1 = (plane(box, 24 - near_x) - o.x) * inverse.x;
    double y0 = (plane(box, near_y) - o.y) * inverse.y, y1 = (plane(box, 40 - near_y) - o.y) * inverse.y;
    double z0 = (plane(box, near_z) - o.z) * inverse.z, z1 = (plane(box, 56 - near_z) - o.z) * inverse.z;
    return (Span){MAX(MAX(x0, y0), MAX(z0, 0.0)), MIN(MIN(x1, y1), MIN(z1, limit))};
}

static inline int meets(const Primitive *p, Vec o, Vec d, Hit *hit) {
    if (p->n0 < 0) {
        Vec to = sub(p->a, o);
        double b = dot(to, d), q = b * b - dot(to, to) + p->e1.x * p->e1.x;
        if (q < 0) return 0;
        q = sqrt(q);
        double t = b - q > EPSILON ? b - q : b + q;
        if (t <= EPSILON || t >= hit->t) return 0;
        hit->t = t;
        return 1;
    }
    Vec h = cross(d, p->e2);
    double det = dot(p->e1, h);
    if (det > -1e-14 && det < 1e-14) return 0;
    double f = 1 / det;
    Vec s = sub(o, p->a);
    double u = f * dot(s, h);
    if (u < 0 || u > 1) return 0;
    Vec q = cross(s, p->e1);
    double v = f * dot(d, q);
    if (v < 0 || u + v > 1) return 0;
    double t = f * dot(p->e2, q);
    if (t <= EPSILON || t >= hit->t) return 0;
    hit->t = t, hit->u = u, hit->v = v;
    return 1;
}

static inline double safe_inverse(double x) { return x > -1e-12 && x < 1e-12 ? (x < 0 ? -1e12 : 1e12) : 1 / x; }

// Walks the tree, nearer child first. Inlined once per octant of directions, so that the offsets are constants.
static inline __attribute__((always_inline)) Hit walk(Vec o, Vec d, Vec inverse, Hit hit, int any, int near_x, int near_y, int near_z) {
    struct { const Node *node; double near; } stack[STACK_MAX];
    int depth = 0;
    const Node *n = nodes;
    Span root = inside(&n->box, o, inverse, near_x, near_y, near_z, hit.t);
    if (root.near > root.far) return hit;
    for (;;) {
        const Node *a = n->children, *b = a + 1;
        if (a) {
            Span sa = inside(&a->box, o, inverse, near_x, near_y, near_z, hit.t);
            Span sb = inside(&b->box, o, inverse, near_x, near_y, near_z, hit.t);
            if (sa.near <= sa.far) {
                n = a;
                if (sb.near <= sb.far && depth < STACK_MAX) {
                    int swap = sb.near < sa.near;
                    if (swap) n = b;
                    stack[depth].node = swap ? a : b;
                    stack[depth++].near = swap ? sa.near : sb.near;
                }
                continue;
            }
            if (sb.near <= sb.far) {
                n = b;
                continue;
            }
        } else {
            for (const Primitive *p = n->first; p < n->end; p++)
                if (meets(p, o, d, &hit)) {
                    hit.what = p;
                    if (any) return hit;
                }
        }
        do {
            if (depth == 0) return hit;
            depth--;
        } while (stack[depth].near >= hit.t);
        n = stack[depth].node;
    }
}

// Nearest hit, or any hit at all when only the shadow matters.
static Hit trace(Vec o, Vec d, int any) {
    Hit hit = {FAR_AWAY, 0, 0, NULL};
    Vec inverse = vec(safe_inverse(d.x), safe_inverse(d.y), safe_inverse(d.z));
    if (has_ground && !any) {
        double t = (ground_y - o.y) * inverse.y;
        if (t > EPSILON && t < 1e6) hit.t = t, hit.what = &ground_plane;
    }
    switch ((d.x < 0) + 2 * (d.y < 0) + 4 * (d.z < 0)) {
    case 0: return walk(o, d, inverse, hit, any, 0, 8, 16);
    case 1: return walk(o, d, inverse, hit, any, 24, 8, 16);
    case 2: return walk(o, d, inverse, hit, any, 0, 32, 16);
    case 3: return walk(o, d, inverse, hit, any, 24, 32, 16);
    case 4: return walk(o, d, inverse, hit, any, 0, 8, 40);
    case 5: return walk(o, d, inverse, hit, any, 24, 8, 40);
    case 6: return walk(o, d, inverse, hit, any, 0, 32, 40);
    default: return walk(o, d, inverse, hit, any, 24, 32, 40);
    }
}

static Vec sky(Vec d) {
    double t = d.y < 0 ? 0 : sqrt(d.y);
    Vec color = mix(horizon, zenith, t);
    double glow = dot(d, sun);
    if (glow > 0.9) {
        double g = (glow - 0.9) * 10;
        g = g * g, g = g * g;
        color = add(color, scale(sun_color, 0.35 * g));
        if (glow > 0.9985) color = add(color, scale(sun_color, 3));
    }
    return color;
}

static Vec normal_at(const Hit *hit, Vec at) {
    const Primitive *p = hit->what;
    if (p == &ground_plane) return vec(0, 1, 0);
    if (p->n0 < 0) return scale(sub(at, p->a), 1 / p->e1.x);
    double w = 1 - hit->u - hit->v;
    return unit(add(scale(normals[p->n0], w), add(scale(normals[p->n1], hit->u), scale(normals[p->n2], hit->v))));
}

// On a checker the squares of the second colour are polished, those of the first are not.
static int polished(const Material *m, Vec at) {
    if (m->checker <= 0) return 1;
    return (int)(floor(at.x / m->checker) + floor(at.z / m->checker)) & 1;
}

// Light that arrives from d; share: how much of it the pixel will show.
static Vec shade(Vec o, Vec d, int depth, double share) {
    Hit hit = trace(o, d, 0);
    if (!hit.what) return sky(d);
    Vec at = add(o, scale(d, hit.t)), n = normal_at(&hit, at);
    double facing = -dot(n, d);
    if (facing < 0) n = scale(n, -1), facing = -facing;
    double fog = hit.what == &ground_plane ? 1 - 1 / (1 + hit.t * hit.t * 0.0012) : 0; // the ground fades into the horizon
    share *= 1 - fog;
    const Material *m = &materials[hit.what->material];
    int polish = polished(m, at);
    Vec color = polish && m->checker > 0 ? m->second : m->color, start = add(at, scale(n, 1e-4));

    double light = dot(n, sun);
    if (light > 0 && trace(start, sun, 1).what) light = 0;
    Vec ambient = scale(mix(scale(horizon, 0.35), zenith, 0.5 + 0.5 * n.y), 0.45);
    Vec result = ambient;
    if (light > 0) result = add(result, scale(sun_color, light));
    result = mul(color, result);

    Vec bounce = add(d, scale(n, 2 * facing));
    if (m->mirror > 0 && polish) {
        double grazing = 1 - facing, fresnel = grazing * grazing;
        fresnel = fresnel * fresnel * grazing;
        double mirror = m->mirror + (1 - m->mirror) * fresnel;
        if (depth < DEPTH_MAX && share * mirror > SHARE_MIN) {
            Vec seen = shade(start, bounce, depth + 1, share * mirror);
            if (m->metal) seen = mul(seen, mix(m->color, vec(1, 1, 1), fresnel));
            result = mix(result, seen, mirror);
        } else if (depth >= DEPTH_MAX) {
            result = mix(result, mul(mix(horizon, zenith, 0.5), m->metal ? m->color : vec(1, 1, 1)), mirror);
        }
    }
    if (light > 0 && m->gloss > 0) {
        double h = dot(bounce, sun);
        if (h > 0.5) {
            h = h * h, h = h * h, h = h * h, h = h * h, h = h * h;
            result = add(result, scale(sun_color, m->gloss * h));
        }
    }
    if (fog > 0) result = mix(result, horizon, fog);
    return result;
}

// ---- Picture -------------------------------------------------------------------------

static double brightness(Vec c) { return MIN(0.3 * c.x + 0.6 * c.y + 0.1 * c.z, 1.0); }

static int is_edge(const double *light, int stride) {
    double here = *light;
    return fabs(light[-1] - here) > EDGE_CONTRAST || fabs(light[1] - here) > EDGE_CONTRAST ||
           fabs(light[-stride] - here) > EDGE_CONTRAST || fabs(light[stride] - here) > EDGE_CONTRAST;
}

static uint8_t to_display(double c) {
    c = c / (1 + 0.25 * c) * 1.1; // soft shoulder for highlights
    return (uint8_t)(sqrt(MIN(c, 1.0)) * 255 + 0.5);
}

static Vec sample(double x, double y) {
    Vec across = scale(right, (x - 0.5 * width) * pixel), upward = scale(up, (0.5 * height - y) * pixel);
    return shade(eye, unit(add(forward, add(across, upward))), 0, 1);
}

static void render(const char *path, int tile, int count) {
    int top = (int)((int64_t)height * tile / count), bottom = (int)((int64_t)height * (tile + 1) / count);
    int stride = width + 2, rows = bottom - top + 2; // a border of one pixel: edges are found alike in every cut of the picture
    Vec *colors = malloc(sizeof(Vec) * (size_t)(stride * rows));
    double *light = malloc(sizeof(double) * (size_t)(stride * rows));
    uint8_t *bytes = malloc((size_t)width * 3);
    FILE *file = fopen(path, "wb");
    if (!colors || !light || !bytes) fail("out of memory");
    if (!file) fail("cannot write '%s'", path);
    for (int y = 0; y < rows; y++)
        for (int x = 0; x < stride; x++) {
            int outside = (y == 0 || y == rows - 1) && (x == 0 || x == stride - 1);
            Vec c = outside ? zenith : sample(x - 0.5, top + y - 0.5);
            colors[y * stride + x] = c, light[y * stride + x] = brightness(c);
        }
    fprintf(file, "P6\n%d %d\n255\n", width, bottom - top);
    for (int y = 1; y < rows - 1; y++) {
        for (int x = 0; x < width; x++) {
            int at = y * stride + x + 1;
            Vec c = colors[at];
            if (is_edge(&light[at], stride))
                c = scale(add(c, add(sample(x + 0.2, top + y - 0.7), sample(x + 0.8, top + y - 0.3))), 1 / 3.0);
            bytes[3 * x] = to_display(c.x), bytes[3 * x + 1] = to_display(c.y), bytes[3 * x + 2] = to_display(c.z);
        }
        if (fwrite(bytes, 3, (size_t)width, file) != (size_t)width) fail("cannot write '%s'", path);
    }
    if (fclose(file) != 0) fail("cannot write '%s'", path);
}

int main(int argc, char **argv) {
    int tile = 0, count = 1;
    if (argc != 3 && !(argc == 7 && strcmp(argv[3], "--tile") == 0 && strcmp(argv[5], "--of") == 0))
        fail("usage: raytrace SCENE OUT [--tile INDEX --of COUNT]");
    if (argc == 7) tile = atoi(argv[4]), count = atoi(argv[6]);
    if (count < 1 || count > 4096 || tile < 0 || tile >= count) fail("tile %d of %d: COUNT must be 1..4096, INDEX below it", tile, count);
    read_scene(argv[1]);
    node_count = 1;
    for (int i = 0; i < primitive_count; i++) order[i] = i, boxes[i] = bounds_of(&primitives[i]);
    build(nodes, 0, primitive_count);
    render(argv[2], tile, count);
    return 0;
}
