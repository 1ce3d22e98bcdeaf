/* A program with as much of C in it as a test can hold. */
enum { MAX = 4, MIN = -2 } ;
enum xdp_action { XDP_ABORTED, XDP_DROP, XDP_PASS = MAX * 2 };
struct ctx; struct task_struct { int pid; char comm[16]; struct task_struct __rcu *parent; } ;
struct inner { u32 a : 3, : 5, b : 9; u8 c __attribute__((btf_decl_tag("mtag"))); } __packed __attribute__((btf_decl_tag("stag")));
typedef struct inner inner_t __attribute__((btf_decl_tag("ttag")));
union u { struct { u16 lo, hi; }; u32 whole; } __aligned(16);
struct big { struct inner in[MAX]; inner_t *p; union u uu; int (*cb)(struct ctx *ctx, const char *name, ...); u8 arr[sizeof(struct inner) * 2 + MAX]; size_t n; _Bool ok; char tail[]; };
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 1 << 10); __type(key, u32); __type(value, struct big); __uint(map_flags, BPF_F_NO_PREALLOC); } hash SEC(".maps");
struct inner_map { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, int); __type(value, long); } im1 SEC(".maps"), im2 SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); __uint(max_entries, 2); __uint(key_size, sizeof(int)); __array(values, struct inner_map); } outer SEC(".maps") = { .values = { [0] = (void *)&im1, [1] = &im2, }, };
extern int CONFIG_HZ __kconfig; extern _Bool CONFIG_BPF __kconfig __weak;
extern struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym; extern void bpf_task_release(struct task_struct *p) __ksym __weak; extern void unused_kfunc(struct big *x) __ksym;
extern const int runqueues __ksym;
const volatile u32 filter = 0; const volatile struct { int lvl; u64 mask[2]; } cfg = { .lvl = 3 }; u64 counters[XDP_PASS + 1] = {}; int zero = 0, one = 1; char greet[] = "hi\n\x41" "there"; int table[] = { 1, [5] = 2, 3 }; int grid[][2] = { 1, 2, 3, 4, {5}, };
struct inner ins[] = { { .a = 1 }, { 2, 3 } }; const char *const names[] = { "a", "b", [MAX] = "e" };
static long (*bpf_loop)(u32 n, void *cb, void *ctx, u64 flags) = (void *)181;
static __noinline int helper(struct big *b __arg_nonnull, void *ctx __arg_ctx) { static u32 calls; static const char fmt[] = "x"; calls++; return b->in[0].a + (ctx != 0) + bpf_loop(1, (void *)fmt, 0, 0); }
static __always_inline u64 mix(u64 a, const u64 b) { for (int i = 0; i < 3; i++) { a ^= b << i; } return a; }
static int visit(u32 i, void *data) { int *p = data; *p += i; return 0; }
__attribute__((btf_decl_tag("ftag"))) __noinline int global_fn(struct task_struct *t __arg_ctx, int __user *up, int (*fp)(int x)) { typedef struct { u8 q; } local_t; static local_t stl; static local_t *volatile keep; keep = &stl; struct local { int z; } l = { .z = 1 }; stl.q += l.z; if (t) goto out; switch (l.z) { case 1: { static int once; once++; break; } default: ; int late = 3; l.z += late; } out: return ({ int tmp = stl.q; tmp; }) + fp(l.z); }
SEC("xdp") int prog(struct ctx *ctx) { struct big b = {}; u32 local = filter + cfg.lvl; static volatile int hits; hits++; bpf_loop(3, visit, &local, 0); struct task_struct *t = bpf_task_acquire((struct task_struct *)ctx); if (t) bpf_task_release(t); asm volatile ("" : "+r"(local) :: "memory"); return helper(&b, ctx) + mix(local, CONFIG_HZ) + CONFIG_BPF + *(&runqueues) + sizeof(struct big); }
_Static_assert(sizeof(struct inner) == 4, "packed"); _Static_assert(__builtin_offsetof(struct big, uu.hi) == 34, "off");
char _license[] SEC("license") = "GPL"; u32 _version SEC("version") = 1;
typeof(cfg.mask[0]) tof; __typeof__(int *) tof2; typeof(ins) *tof3; u8 sz[sizeof(table) / sizeof(table[0])]; u8 sz2[sizeof cfg.mask];
