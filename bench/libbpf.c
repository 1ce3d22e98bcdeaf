// bench_libbpf OP FILE [N]   -- public libbpf API only; builds against libbpf >= 1.1 headers.
// prints one JSON line {op,lib,n,peak_rss_kb,peak_rss_all_kb,check,ms}; ms is the wall time of every repetition
// peak_rss_kb: VmHWM after the FIRST repetition (one-shot cost, input buffer included); _all: after the last one.
// env: BENCH_REPS (default 10), BENCH_CAP_MS (stop early once this much wall was spent and >=BENCH_MIN_REPS; default 60000),
//      BENCH_MIN_REPS (default 3), BENCH_OUT (a file for the result of the first repetition: text, or raw BTF)
// OPs reading FILE: kernelload kernelloadlog (BPF_BTF_LOAD; needs CAP_BPF) nop parse touch touchlen lookup[N names] rawdump cdump dedup merge resolve encodefile
// OPs without FILE ("-"): build N, encode N, buildencode N, builddedup N
// makers: mkcat FILE N -> FILE.xN ; mksyn OUT N
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void die(const char *m) { fprintf(stderr, "bench_libbpf: %s (errno %d)\n", m, errno); exit(1); }
static double now_ms(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1e3 + t.tv_nsec / 1e6; }
static long hwm_kb(void) {
	FILE *f = fopen("/proc/self/status", "r"); char l[256]; long v = 0;
	while (f && fgets(l, sizeof l, f)) if (sscanf(l, "VmHWM: %ld", &v) == 1) break;
	if (f) fclose(f);
	return v;
}
static void *slurp(const char *p, unsigned *n) {
	FILE *f = fopen(p, "rb"); if (!f) die(p);
	fseek(f, 0, SEEK_END); long s = ftell(f); rewind(f);
	void *b = malloc(s ? s : 1); if (fread(b, 1, s, f) != (size_t)s) die("read");
	fclose(f); *n = s; return b;
}
static void spew(const char *p, const void *d, unsigned n) {
	FILE *f = fopen(p, "wb"); if (!f || fwrite(d, 1, n, f) != n || fclose(f)) die(p);
}

/* ---- growing text sink ---- */
struct sink { char *b; size_t n, cap; };
static void sink_v(struct sink *s, const char *fmt, va_list ap) {
	for (;;) {
		va_list a; va_copy(a, ap);
		int k = vsnprintf(s->b + s->n, s->cap - s->n, fmt, a); va_end(a);
		if (k < 0) die("vsnprintf");
		if (s->n + k < s->cap) { s->n += k; return; }
		s->cap = s->cap ? s->cap * 2 : 1 << 16; if (s->cap < s->n + k + 1) s->cap = s->n + k + 1;
		s->b = realloc(s->b, s->cap); if (!s->b) die("oom");
	}
}
static void __attribute__((format(printf, 2, 3))) sp(struct sink *s, const char *fmt, ...) { va_list a; va_start(a, fmt); sink_v(s, fmt, a); va_end(a); }
static void dump_cb(void *ctx, const char *fmt, va_list ap) { sink_v(ctx, fmt, ap); }

/* ---- raw dump, the same text bpftool prints (own code) ---- */
static const char *kname[] = { "UNKNOWN", "INT", "PTR", "ARRAY", "STRUCT", "UNION", "ENUM", "FWD", "TYPEDEF", "VOLATILE",
	"CONST", "RESTRICT", "FUNC", "FUNC_PROTO", "VAR", "DATASEC", "FLOAT", "DECL_TAG", "TYPE_TAG", "ENUM64" };
static const char *nm(const struct btf *b, __u32 off) { const char *s = off ? btf__name_by_offset(b, off) : "(anon)"; return s ? s : "(invalid)"; }
static void raw_one(struct sink *s, const struct btf *b, __u32 id) {
	const struct btf_type *t = btf__type_by_id(b, id); __u32 k = btf_kind(t), v = btf_vlen(t), i;
	sp(s, "[%u] %s '%s'", id, k < 20 ? kname[k] : "UNKNOWN", nm(b, t->name_off));
	switch (k) {
	case BTF_KIND_INT: { __u32 x = *(__u32 *)(t + 1), e = BTF_INT_ENCODING(x);
		sp(s, " size=%u bits_offset=%u nr_bits=%u encoding=%s", t->size, BTF_INT_OFFSET(x), BTF_INT_BITS(x),
		   e == 0 ? "(none)" : e == BTF_INT_SIGNED ? "SIGNED" : e == BTF_INT_CHAR ? "CHAR" : e == BTF_INT_BOOL ? "BOOL" : "UNKN"); break; }
	case BTF_KIND_PTR: case BTF_KIND_CONST: case BTF_KIND_VOLATILE: case BTF_KIND_RESTRICT: case BTF_KIND_TYPEDEF: case BTF_KIND_TYPE_TAG:
		sp(s, " type_id=%u", t->type); break;
	case BTF_KIND_ARRAY: { const struct btf_array *a = btf_array(t); sp(s, " type_id=%u index_type_id=%u nr_elems=%u", a->type, a->index_type, a->nelems); break; }
	case BTF_KIND_STRUCT: case BTF_KIND_UNION: { const struct btf_member *m = btf_members(t);
		sp(s, " size=%u vlen=%u", t->size, v);
		for (i = 0; i < v; i++, m++) { sp(s, "\n\t'%s' type_id=%u bits_offset=%u", nm(b, m->name_off), m->type, btf_member_bit_offset(t, i));
			__u32 bs = btf_member_bitfield_size(t, i); if (bs) sp(s, " bitfield_size=%u", bs); } break; }
	case BTF_KIND_ENUM: { const struct btf_enum *m = btf_enum(t); int sg = btf_kflag(t);
		sp(s, " encoding=%s size=%u vlen=%u", sg ? "SIGNED" : "UNSIGNED", t->size, v);
		for (i = 0; i < v; i++, m++) { if (sg) sp(s, "\n\t'%s' val=%d", nm(b, m->name_off), m->val); else sp(s, "\n\t'%s' val=%u", nm(b, m->name_off), (__u32)m->val); }
		break; }
	case BTF_KIND_ENUM64: { const struct btf_enum64 *m = btf_enum64(t); int sg = btf_kflag(t);
		sp(s, " encoding=%s size=%u vlen=%u", sg ? "SIGNED" : "UNSIGNED", t->size, v);
		for (i = 0; i < v; i++, m++) { __u64 x = btf_enum64_value(m); sg ? sp(s, "\n\t'%s' val=%lldLL", nm(b, m->name_off), (long long)x) : sp(s, "\n\t'%s' val=%lluULL", nm(b, m->name_off), (unsigned long long)x); } break; }
	case BTF_KIND_FWD: sp(s, " fwd_kind=%s", btf_kflag(t) ? "union" : "struct"); break;
	case BTF_KIND_FUNC: sp(s, " type_id=%u linkage=%s", t->type, v == 0 ? "static" : v == 1 ? "global" : "extern"); break;
	case BTF_KIND_FUNC_PROTO: { const struct btf_param *p = btf_params(t); sp(s, " ret_type_id=%u vlen=%u", t->type, v);
		for (i = 0; i < v; i++, p++) { sp(s, "\n\t'%s' type_id=%u", nm(b, p->name_off), p->type); }
		break; }
	case BTF_KIND_VAR: { __u32 l = btf_var(t)->linkage; sp(s, " type_id=%u, linkage=%s", t->type, l == 0 ? "static" : l == 1 ? "global" : "extern"); break; }
	case BTF_KIND_DATASEC: { const struct btf_var_secinfo *x = btf_var_secinfos(t); sp(s, " size=%u vlen=%u", t->size, v);
		for (i = 0; i < v; i++, x++) { sp(s, "\n\ttype_id=%u offset=%u size=%u", x->type, x->offset, x->size);
			const struct btf_type *vt = btf__type_by_id(b, x->type); if (vt) sp(s, " (%s '%s')", kname[btf_kind(vt)], nm(b, vt->name_off)); } break; }
	case BTF_KIND_FLOAT: sp(s, " size=%u", t->size); break;
	case BTF_KIND_DECL_TAG: sp(s, " type_id=%u component_idx=%d", t->type, btf_decl_tag(t)->component_idx); break;
	}
	sp(s, "\n");
}

/* ---- the kernel's own verifier ---- */
static void kernel_load(struct sink *s, const void *data, unsigned size) {
	LIBBPF_OPTS(bpf_btf_load_opts, o); if (s) { o.log_buf = s->b; o.log_size = s->cap; o.log_level = 1; }
	int fd = bpf_btf_load(data, size, &o); if (fd < 0) die("BPF_BTF_LOAD");
	close(fd);
}

/* ---- touch every type: its name, every member/param/value name, every type reference ---- */
static unsigned long touch(const struct btf *b, int len) {
	unsigned long h = 0; __u32 n = btf__type_cnt(b);
#define N(off) do { const char *s_ = btf__name_by_offset(b, off); h += len ? strlen(s_) : (unsigned char)*s_; } while (0)
	for (__u32 id = 1; id < n; id++) {
		const struct btf_type *t = btf__type_by_id(b, id); __u32 v = btf_vlen(t), i; N(t->name_off);
		switch (btf_kind(t)) {
		case BTF_KIND_PTR: case BTF_KIND_CONST: case BTF_KIND_VOLATILE: case BTF_KIND_RESTRICT: case BTF_KIND_TYPEDEF:
		case BTF_KIND_TYPE_TAG: case BTF_KIND_FUNC: case BTF_KIND_VAR: case BTF_KIND_DECL_TAG: h += t->type; break;
		case BTF_KIND_ARRAY: h += btf_array(t)->type + btf_array(t)->index_type; break;
		case BTF_KIND_STRUCT: case BTF_KIND_UNION: { const struct btf_member *m = btf_members(t); for (i = 0; i < v; i++) { N(m[i].name_off); h += m[i].type; } break; }
		case BTF_KIND_ENUM: { const struct btf_enum *m = btf_enum(t); for (i = 0; i < v; i++) N(m[i].name_off); break; }
		case BTF_KIND_ENUM64: { const struct btf_enum64 *m = btf_enum64(t); for (i = 0; i < v; i++) N(m[i].name_off); break; }
		case BTF_KIND_FUNC_PROTO: { const struct btf_param *p = btf_params(t); h += t->type; for (i = 0; i < v; i++) { N(p[i].name_off); h += p[i].type; } break; }
		case BTF_KIND_DATASEC: { const struct btf_var_secinfo *x = btf_var_secinfos(t); for (i = 0; i < v; i++) h += x[i].type; break; }
		}
	}
#undef N
	return h;
}

/* ---- synthetic build: per 10 types 1 int, 2 ptr, 1 array, 2 structs x6, 1 enum x4, 1 typedef, 1 proto x3, 1 func ---- */
/* names are formatted before the timer starts, so that only API calls are timed */
enum { FIELD_POOL = 997 };
static char (*gname)[10][24]; static char fname[FIELD_POOL][6][16];
static void syn_names(unsigned n) {
	unsigned g, k, j; gname = malloc((size_t)(n / 10 + 1) * sizeof *gname); if (!gname) die("oom");
	for (g = 0; g < n / 10; g++) {
		sprintf(gname[g][0], "int_%u", g); sprintf(gname[g][1], "struct_a_%u", g); sprintf(gname[g][2], "struct_b_%u", g);
		sprintf(gname[g][3], "enum_%u", g); for (k = 0; k < 4; k++) sprintf(gname[g][4 + k], "ENUM_%u_V%u", g, k);
		sprintf(gname[g][8], "td_%u", g); sprintf(gname[g][9], "func_%u", g);
	}
	for (g = 0; g < FIELD_POOL; g++) for (j = 0; j < 6; j++) sprintf(fname[g][j], "field%u_%u", j, g);
}
#define OK(x) do { if ((x) < 0) die(#x); } while (0)
static struct btf *syn_build(unsigned n) {
	static const char *pn[3] = { "arg0", "arg1", "arg2" };
	struct btf *b = btf__new_empty(); if (!b) die("new_empty");
	for (unsigned g = 0; g < n / 10; g++) {
		int id0 = g * 10 + 1, k; /* ids are dense from 1 */
		OK(btf__add_int(b, gname[g][0], 4, BTF_INT_SIGNED));            /* id0   */
		OK(btf__add_ptr(b, id0 + 4));                                   /* id0+1 -> struct_a */
		OK(btf__add_ptr(b, id0));                                       /* id0+2 -> int */
		OK(btf__add_array(b, id0, id0, 16));                            /* id0+3 */
		for (int s = 0; s < 2; s++) {                                   /* id0+4, id0+5 */
			OK(btf__add_struct(b, gname[g][1 + s], 96));
			int ft[6] = { id0, id0 + 1, id0 + 2, id0 + 3, id0 + 6, id0 + 7 }, off[6] = { 0, 64, 128, 192, 704, 736 };
			for (k = 0; k < 6; k++) OK(btf__add_field(b, fname[(g + s) % FIELD_POOL][k], ft[k], off[k], 0));
		}
		OK(btf__add_enum(b, gname[g][3], 4));                           /* id0+6 */
		for (k = 0; k < 4; k++) OK(btf__add_enum_value(b, gname[g][4 + k], k));
		OK(btf__add_typedef(b, gname[g][8], id0 + 4));                  /* id0+7 */
		OK(btf__add_func_proto(b, id0));                                /* id0+8 */
		for (k = 0; k < 3; k++) OK(btf__add_func_param(b, pn[k], id0 + 1 + (k & 1)));
		OK(btf__add_func(b, gname[g][9], BTF_FUNC_GLOBAL, id0 + 8));    /* id0+9 */
	}
	return b;
}

/* bytes after the header, which is 24 bytes in older releases and 32 in newer */
static unsigned long body(const void *d, __u32 z) { return z - ((const struct btf_header *)d)->hdr_len; }
static int quiet(enum libbpf_print_level l, const char *f, va_list a) { (void)l; (void)f; (void)a; return 0; }

int main(int argc, char **argv) {
	if (argc < 3) { fprintf(stderr, "usage: bench_libbpf OP FILE|- [N]\n"); return 2; }
	const char *op = argv[1], *file = argv[2], *e; unsigned N = argc > 3 ? strtoul(argv[3], 0, 10) : 0, size = 0;
	int reps = (e = getenv("BENCH_REPS")) ? atoi(e) : 10, r = 0; double cap = (e = getenv("BENCH_CAP_MS")) ? atof(e) : 60000, spent = 0;
	int least = (e = getenv("BENCH_MIN_REPS")) ? atoi(e) : 3; double *w = calloc(reps + 1, sizeof *w); long rss1 = 0; unsigned long check = 0, n = N;
	void *data = NULL; struct btf *src = NULL; const char **ln = NULL; __u32 *lk = NULL; int syn = !strcmp(file, "-");
	libbpf_set_print(quiet);
#define IS(s) (!strcmp(op, s))
	if (IS("mksyn")) { syn_names(N); struct btf *b = syn_build(N); __u32 z; const void *d = btf__raw_data(b, &z); spew(file, d, z); return 0; }
	if (!syn) data = slurp(file, &size);
	if (IS("mkcat")) {
		struct btf *b = btf__new_empty(); src = btf__new(data, size); if (!src) die("parse");
		for (unsigned i = 0; i < N; i++) OK(btf__add_btf(b, src));
		char out[4096]; snprintf(out, sizeof out, "%s.x%u", file, N); __u32 z; const void *d = btf__raw_data(b, &z); spew(out, d, z);
		printf("{\"op\":\"mkcat\",\"types\":%u,\"bytes\":%u}\n", btf__type_cnt(b), z); return 0;
	}
	if (syn) { if (!N) die("N?"); syn_names(N); }
	else if (!IS("nop") && !IS("parse") && !IS("dedup") && !IS("kernelload") && !IS("kernelloadlog")) { src = btf__new(data, size); if (!src) die("parse"); n = btf__type_cnt(src) - 1; }
	if (IS("lookup")) {
		if (!N) N = 10000;
		n = N; __u32 cnt = btf__type_cnt(src), m = 0, id; __u32 *ids = malloc(cnt * sizeof *ids);
		for (id = 1; id < cnt; id++) { const struct btf_type *t = btf__type_by_id(src, id); if (t->name_off) ids[m++] = id; }
		ln = malloc(N * sizeof *ln); lk = malloc(N * sizeof *lk); unsigned long long x = 88172645463325252ull;
		for (__u32 i = 0; i < N; i++) { x ^= x << 13; x ^= x >> 7; x ^= x << 17; const struct btf_type *t = btf__type_by_id(src, ids[x % m]); ln[i] = btf__name_by_offset(src, t->name_off); lk[i] = btf_kind(t); }
		free(ids);
	}
	while (r < reps && (r < least || spent < cap)) {
		struct btf *b = NULL; struct sink s = { 0 }; double w0; int bad = 0;
#define T0 (w0 = now_ms())
#define T1 (w[r] = now_ms() - w0)
		if (IS("nop")) { T0; T1; }
		else if (IS("parse")) { T0; b = btf__new(data, size); T1; if (!b) die("parse"); n = btf__type_cnt(b) - 1; check = n; }
		else if (IS("kernelload")) { T0; kernel_load(NULL, data, size); T1; check = 1; }
		else if (IS("kernelloadlog")) { s.cap = 1u << 26; s.b = malloc(s.cap); T0; kernel_load(&s, data, size); T1; check = s.n = strlen(s.b); }
		else if (IS("touch")) { T0; check = touch(src, 0); T1; }
		else if (IS("touchlen")) { T0; check = touch(src, 1); T1; }
		else if (IS("resolve")) { check = 0; T0; for (__u32 i = 1; i <= n; i++) { long long z = btf__resolve_size(src, i); if (z > 0) check += z; } T1; }
		else if (IS("lookup")) { check = 0; T0; for (__u32 i = 0; i < N; i++) { int id = btf__find_by_name_kind(src, ln[i], lk[i]); if (id < 0) die("lookup"); check += id; } T1; }
		else if (IS("rawdump")) { T0; for (__u32 i = 1; i <= n; i++) raw_one(&s, src, i); T1; check = s.n; }
		else if (IS("cdump")) { T0; struct btf_dump *d = btf_dump__new(src, dump_cb, &s, NULL); if (!d) die("btf_dump__new");
			for (__u32 i = 1; i <= n; i++) { OK(btf_dump__dump_type(d, i)); }
			btf_dump__free(d); T1; check = s.n; }
		else if (IS("dedup")) { b = btf__new(data, size); if (!b) die("parse"); n = btf__type_cnt(b) - 1; T0; bad = btf__dedup(b, NULL); T1; check = btf__type_cnt(b) - 1; }
		else if (IS("merge")) { T0; b = btf__new_empty(); bad = btf__add_btf(b, src); T1; check = btf__type_cnt(b) - 1; }
		else if (IS("build")) { T0; b = syn_build(N); T1; check = btf__type_cnt(b) - 1; }
		else if (IS("encode")) { b = syn_build(N); __u32 z; T0; const void *d = btf__raw_data(b, &z); T1; if (!d) die("encode"); check = body(d, z); }
		else if (IS("buildencode")) { __u32 z; T0; b = syn_build(N); const void *d = btf__raw_data(b, &z); T1; if (!d) die("encode"); check = body(d, z); }
		else if (IS("builddedup")) { b = syn_build(N); T0; bad = btf__dedup(b, NULL); T1; check = btf__type_cnt(b) - 1; }
		else die("unknown OP");
		if (bad < 0) die(op);
		spent += w[r++]; if (r == 1) rss1 = hwm_kb();
		if (r == 1 && (e = getenv("BENCH_OUT"))) { /* keep the first result: text, or raw BTF */
			__u32 z; const void *d = s.n ? s.b : b ? btf__raw_data(b, &z) : NULL; if (d) spew(e, d, s.n ? s.n : z);
		}
		btf__free(b); free(s.b);
	}
	printf("{\"op\":\"%s\",\"lib\":\"%s\",\"n\":%lu,\"peak_rss_kb\":%ld,\"peak_rss_all_kb\":%ld,\"check\":%lu,\"ms\":[",
	       op, libbpf_version_string(), n, rss1, hwm_kb(), check);
	for (int i = 0; i < r; i++) printf("%s%.4f", i ? "," : "", w[i]);
	printf("]}\n");
	return 0;
}
