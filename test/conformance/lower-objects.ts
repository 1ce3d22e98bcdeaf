/** C of this project for what the corpus has little of: externs of every sort, and variables in every section. */
export const OBJECTS: Readonly<Record<string, string>> = {
  "kconfig.c": `
#define K __attribute__((section(".kconfig")))
#define W __attribute__((weak))
typedef _Bool bool; typedef unsigned long long u64; typedef unsigned int u32;
enum libbpf_tristate { TRI_NO = 0, TRI_YES = 1, TRI_MODULE = 2 };
extern u32 LINUX_KERNEL_VERSION K; extern bool CONFIG_BPF_SYSCALL K; extern enum libbpf_tristate CONFIG_TRI K W; extern char CONFIG_CHR K W; extern int CONFIG_HZ K W; extern short CONFIG_SHORT K W; extern u64 CONFIG_U64 K W; extern const char CONFIG_STR[8] K W; extern unsigned long CONFIG_LONG K W; extern bool CONFIG_A K W; extern volatile const u64 CONFIG_AA K W; extern signed char CONFIG_SC K W; extern const char CONFIG_STR2[3] K W;
__attribute__((section("socket"), used)) int prog(void *ctx) { return LINUX_KERNEL_VERSION + CONFIG_BPF_SYSCALL + CONFIG_TRI + CONFIG_CHR + CONFIG_HZ + CONFIG_SHORT + CONFIG_U64 + CONFIG_STR[2] + CONFIG_LONG + CONFIG_A + CONFIG_AA + CONFIG_SC + CONFIG_STR2[1]; }
char _license[] __attribute__((section("license"), used)) = "GPL";
`,
  "ksyms.c": `
#define S __attribute__((section(".ksyms")))
#define K __attribute__((section(".kconfig")))
#define W __attribute__((weak))
struct sock; struct task { int pid; };
extern long f1(struct sock *, int, ...) S; extern long f2(struct sock *, int, ...) S W; extern void f3(void) S; extern struct task *f4(struct task *t, unsigned long, const void *) S;
extern const struct task v1 S; extern const void v2 S W; extern const int v3 S; extern struct task *v4 S; extern long long v5[4] S W; extern int CONFIG_HZ K W;
static int counter; int global __attribute__((visibility("hidden"))); int internal __attribute__((visibility("internal"))) = 4; int prot __attribute__((visibility("protected"))) = 5; const volatile int ro = 5; static volatile const char sro[3] = "ab"; char big[100]; static struct task st[3] = {{1}};
int custom __attribute__((section(".data.custom"))) = 3; static int custom_static __attribute__((section(".data.custom"), used)) = 3;
__attribute__((section("socket"), used)) int prog(struct sock *ctx) { f3(); f4(0, 1, ctx); counter++; st[f1(ctx, 1)&1].pid++; return f1(ctx, counter, 3) + (f2 ? f2(ctx, 5, 6ul) : 0) + (long)&v1 + (long)&v2 + (long)&v3 + (long)&v4 + (long)&v5 + CONFIG_HZ + global + internal + prot + ro + sro[1] + big[5] + custom; }
char _license[] __attribute__((section("license"), used)) = "GPL";
`,
  "onlyvars.c": `
extern const int v3 __attribute__((section(".ksyms"))); extern const int v2 __attribute__((section(".ksyms"), weak)); 
__attribute__((section("socket"), used)) long prog(void *ctx) { return (long)&v3 + (long)&v2; }
`,
  "statics.c": `
static int a; static long b; static char c[3]; int d = 4; static int e = 3; const int f = 3; static const volatile long g = 5; static __attribute__((aligned(64))) int al = 3; long long q; struct { int x; char y; } anon = {1,2};
__attribute__((section("socket"), used)) int prog(void *ctx) { a++; b++; c[a&1]++; e+=a; al++; return a+b+c[1]+d+e+f+g+al+anon.x; }
__attribute__((section("socket"), used)) int prog2(void *ctx) { static int inner; static int inner2 = 5; inner++; inner2--; return inner + inner2 + q; }
`,
  "dup.c": `
extern int f1(int) __attribute__((section(".ksyms"))); int f1_local(int x);
static __attribute__((noinline)) int sub(int x) { return f1(x); } __attribute__((noinline)) int glob(int a, char *b) { return sub(a); } __attribute__((noinline, visibility("hidden"))) int hid(int a) { return sub(a) + 2; }
__attribute__((section("socket"), used)) int prog(void *ctx) { return sub(3) + glob(2, 0) + hid(2); }
`,
};
