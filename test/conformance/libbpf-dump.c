// libbpf_dump FILE: prints declarations and values as libbpf does. Each line of stdin asks for one of them:
//   T id indent_level strip_mods name-in-hex
//   D id flags indent_level indent-in-hex bytes-in-hex     flags: 1 compact, 2 skip_names, 4 emit_zeroes, 8 emit_strings
// and each answer is a line "result length" and then so many bytes and a line break. "-" is an empty hex string.
// Compile with -DEMIT_STRINGS against libbpf 1.6 and later.
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *text;
static size_t length, capacity;

static void collect(void *ctx, const char *format, va_list args) {
	va_list copy;
	(void)ctx;
	va_copy(copy, args);
	size_t more = (size_t)vsnprintf(NULL, 0, format, copy);
	va_end(copy);
	if (length + more + 1 > capacity) {
		capacity = (length + more + 1) * 2;
		text = realloc(text, capacity);
		if (!text) exit(3);
	}
	vsnprintf(text + length, more + 1, format, args);
	length += more;
}

static int quiet(enum libbpf_print_level level, const char *format, va_list args) {
	(void)level; (void)format; (void)args;
	return 0;
}

static unsigned char *unhex(const char *hex, size_t *size) {
	size_t n = strcmp(hex, "-") ? strlen(hex) / 2 : 0;
	unsigned char *bytes = aligned_alloc(16, (n + 17 + 15) / 16 * 16);
	memset(bytes, 0, (n + 17 + 15) / 16 * 16);
	for (size_t i = 0; i < n; i++) sscanf(hex + 2 * i, "%2hhx", bytes + i);
	*size = n;
	return bytes;
}

int main(int argc, char **argv) {
	static char line[1 << 20], a[1 << 19], b[1 << 19];
	libbpf_set_print(quiet);
	if (argc != 2) return 2;
	while (fgets(line, sizeof line, stdin)) {
		unsigned id, x, y;
		size_t name_size, size;
		int result;
		// A BTF of its own too: what libbpf finds out about sizes stays with it.
		struct btf *btf = btf__parse(argv[1], NULL);
		if (!btf) return 1;
		struct btf_dump *dump = btf_dump__new(btf, collect, NULL, NULL);
		if (!dump) return 1;
		length = 0;
		if (sscanf(line, "T %u %u %u %s", &id, &x, &y, a) == 4) {
			unsigned char *name = unhex(a, &name_size);
			LIBBPF_OPTS(btf_dump_emit_type_decl_opts, opts, .field_name = (char *)name, .indent_level = (int)x, .strip_mods = y);
			result = btf_dump__emit_type_decl(dump, id, &opts);
			free(name);
		} else if (sscanf(line, "D %u %u %u %s %s", &id, &x, &y, a, b) == 5) {
			unsigned char *indent = unhex(a, &name_size), *data = unhex(b, &size);
			LIBBPF_OPTS(btf_dump_type_data_opts, opts, .indent_level = (int)y, .indent_str = (char *)indent);
			opts.compact = x & 1;
			opts.skip_names = x & 2;
			opts.emit_zeroes = x & 4;
#ifdef EMIT_STRINGS
			opts.emit_strings = x & 8;
#endif
			result = btf_dump__dump_type_data(dump, id, data, size, &opts);
			free(indent);
			free(data);
		} else {
			return 2;
		}
		printf("%d %zu\n", result, length);
		fwrite(text, 1, length, stdout);
		printf("\n");
		btf_dump__free(dump);
		btf__free(btf);
	}
	return 0;
}
