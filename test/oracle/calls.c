/*
 * Makes calls of libbpf that a file holds, one a line: a word for the call, then its arguments with
 * blanks between; a string is `"` with what it holds, a blank never. `new` begins another BTF. Prints what each call
 * returned, and for `new` and the end of the file the raw BTF made before as hexadecimal.
 */
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ARGUMENTS = 8, LINE = 1 << 16 };

static int quiet(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level, (void)format, (void)args;
	return 0;
}

static void print_raw(struct btf *btf)
{
	__u32 size, i;
	const unsigned char *bytes = btf__raw_data(btf, &size);

	if (!bytes) {
		fprintf(stderr, "calls: no raw data\n");
		exit(1);
	}
	for (i = 0; i < size; i++)
		printf("%02x", bytes[i]);
	printf("\n");
}

#define IS(name) (!strcmp(call, name))

static int make(struct btf *btf, const char *call, char **words)
{
	const char *s = words[0] ? words[0] + 1 : NULL;
	long long n[MOST_ARGUMENTS];
	int i;

	for (i = 0; i < MOST_ARGUMENTS; i++)
		n[i] = !words[i] || *words[i] == '"' ? 0 :
		       *words[i] == '-' ? strtoll(words[i], NULL, 10) : (long long)strtoull(words[i], NULL, 10);
	if (IS("addString"))
		return btf__add_str(btf, s);
	if (IS("addInt"))
		return btf__add_int(btf, s, n[1], n[2]);
	if (IS("addFloat"))
		return btf__add_float(btf, s, n[1]);
	if (IS("addPtr"))
		return btf__add_ptr(btf, n[0]);
	if (IS("addConst"))
		return btf__add_const(btf, n[0]);
	if (IS("addVolatile"))
		return btf__add_volatile(btf, n[0]);
	if (IS("addRestrict"))
		return btf__add_restrict(btf, n[0]);
	if (IS("addTypedef"))
		return btf__add_typedef(btf, s, n[1]);
	if (IS("addTypeTag"))
		return btf__add_type_tag(btf, s, n[1]);
	if (IS("addArray"))
		return btf__add_array(btf, n[0], n[1], n[2]);
	if (IS("addStruct"))
		return btf__add_struct(btf, s, n[1]);
	if (IS("addUnion"))
		return btf__add_union(btf, s, n[1]);
	if (IS("addField"))
		return btf__add_field(btf, s, n[1], n[2], n[3]);
	if (IS("addEnum"))
		return btf__add_enum(btf, s, n[1]);
	if (IS("addEnumValue"))
		return btf__add_enum_value(btf, s, n[1]);
	if (IS("addEnum64"))
		return btf__add_enum64(btf, s, n[1], n[2]);
	if (IS("addEnum64Value"))
		return btf__add_enum64_value(btf, s, n[1]);
	if (IS("addFwd"))
		return btf__add_fwd(btf, s, n[1]);
	if (IS("addFunc"))
		return btf__add_func(btf, s, n[1], n[2]);
	if (IS("addFuncProto"))
		return btf__add_func_proto(btf, n[0]);
	if (IS("addFuncParam"))
		return btf__add_func_param(btf, s, n[1]);
	if (IS("addVar"))
		return btf__add_var(btf, s, n[1], n[2]);
	if (IS("addDatasec"))
		return btf__add_datasec(btf, s, n[1]);
	if (IS("addDatasecVarInfo"))
		return btf__add_datasec_var_info(btf, n[0], n[1], n[2]);
	if (IS("addDeclTag"))
		return btf__add_decl_tag(btf, s, n[1], n[2]);
	fprintf(stderr, "calls: unknown call %s\n", call);
	exit(2);
}

int main(int argc, char **argv)
{
	static char line[LINE];
	struct btf *btf = NULL;
	FILE *script;

	if (argc != 2 || !(script = fopen(argv[1], "r"))) {
		fprintf(stderr, "usage: calls FILE\n");
		return 2;
	}
	libbpf_set_print(quiet);
	while (fgets(line, sizeof(line), script)) {
		char *words[MOST_ARGUMENTS] = {};
		char *call = strtok(line, " \n"), *word;
		int count = 0;

		while (count < MOST_ARGUMENTS && (word = strtok(NULL, " \n")))
			words[count++] = word;
		if (!strcmp(call, "new")) {
			if (btf)
				print_raw(btf);
			btf__free(btf);
			btf = btf__new_empty();
			continue;
		}
		printf("%d\n", make(btf, call, words));
	}
	if (btf)
		print_raw(btf);
	return 0;
}
