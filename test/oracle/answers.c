/*
 * What libbpf answers about every type of a BTF, one line a type: id, btf__resolve_size, btf__align_of,
 * btf__resolve_type and btf__find_by_name_kind of its own name and kind: 0 for a type without a name, and for the
 * types in between when there are so many that only some are looked up, as libbpf compares with one after another.
 * Usage: answers FILE [BASE]
 */
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static int quiet(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level, (void)format, (void)args;
	return 0;
}

static struct btf *open_btf(const char *path, struct btf *base)
{
	struct btf *btf = btf__parse_raw_split(path, base);

	if (!btf) {
		fprintf(stderr, "answers: %s: libbpf does not open it\n", path);
		exit(1);
	}
	return btf;
}

int main(int argc, char **argv)
{
	struct btf *base, *btf;
	__u32 id, first, end, every;

	if (argc < 2)
		return 2;
	libbpf_set_print(quiet);
	base = argc > 2 ? open_btf(argv[2], NULL) : NULL;
	btf = open_btf(argv[1], base);
	first = base ? btf__type_cnt(base) : 1;
	end = btf__type_cnt(btf);
	every = end - first > 10000 ? 101 : 1;
	for (id = first; id < end; id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);
		const char *name = btf__name_by_offset(btf, type->name_off);

		printf("%u %lld %d %d %d\n", id, (long long)btf__resolve_size(btf, id), btf__align_of(btf, id),
		       btf__resolve_type(btf, id), *name && id % every == 0 ? btf__find_by_name_kind(btf, name, btf_kind(type)) : 0);
	}
	return 0;
}
