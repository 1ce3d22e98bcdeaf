/*
 * What libbpf has of an object's BTF once it has opened the object: externs resolved to what a kernel takes, DATASECs
 * with their sizes and offsets. Nothing is loaded.
 * Usage: open-object OBJECT OUT [OBJECT OUT]...   prints a line for each: "ok", "no btf", or the errno of an object
 * that libbpf does not open.
 */
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

static int quiet(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level, (void)format, (void)args;
	return 0;
}

static int write_btf(const struct btf *btf, const char *path)
{
	__u32 size;
	const void *data = btf__raw_data(btf, &size);
	FILE *out = data ? fopen(path, "wb") : NULL;

	if (!out || fwrite(data, 1, size, out) != size || fclose(out)) {
		perror(path);
		return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	int i;

	if (argc < 3 || argc % 2 == 0)
		return 2;
	libbpf_set_print(quiet);
	for (i = 1; i < argc; i += 2) {
		struct bpf_object *object = bpf_object__open_file(argv[i], NULL);
		const struct btf *btf;

		if (!object) {
			printf("%d\n", errno);
			continue;
		}
		btf = bpf_object__btf(object);
		if (btf && write_btf(btf, argv[i + 1]))
			return 1;
		printf(btf ? "ok\n" : "no btf\n");
		bpf_object__close(object);
	}
	return 0;
}
