/*
 * What a program needs to take BTF as the kernel's selftests write it: the macros by their names and the order of their
 * arguments, and a reader of raw_types that fills in names. Written for these tests.
 */
#include <linux/btf.h>
#include <linux/types.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BTF_INFO_ENC(kind, flag, vlen) ((__u32)!!(flag) << 31 | (__u32)(kind) << 24 | ((vlen) & 0xffffU))
#define BTF_TYPE_ENC(name, info, third) name, info, third
#define BTF_INT_ENC(encoding, offset, bits) ((__u32)(encoding) << 24 | (offset) << 16 | (bits))
#define BTF_TYPE_INT_ENC(name, encoding, offset, bits, bytes) \
	BTF_TYPE_ENC(name, BTF_INFO_ENC(BTF_KIND_INT, 0, 0), bytes), BTF_INT_ENC(encoding, offset, bits)
#define BTF_TYPE_FLOAT_ENC(name, bytes) BTF_TYPE_ENC(name, BTF_INFO_ENC(BTF_KIND_FLOAT, 0, 0), bytes)
#define BTF_FWD_ENC(name, flag) BTF_TYPE_ENC(name, BTF_INFO_ENC(BTF_KIND_FWD, flag, 0), 0)
#define BTF_ARRAY_ENC(element, index, count) element, index, count
#define BTF_TYPE_ARRAY_ENC(element, index, count) \
	BTF_TYPE_ENC(0, BTF_INFO_ENC(BTF_KIND_ARRAY, 0, 0), 0), BTF_ARRAY_ENC(element, index, count)
#define BTF_STRUCT_ENC(name, members, bytes) BTF_TYPE_ENC(name, BTF_INFO_ENC(BTF_KIND_STRUCT, 0, members), bytes)
#define BTF_UNION_ENC(name, members, bytes) BTF_TYPE_ENC(name, BTF_INFO_ENC(BTF_KIND_UNION, 0, members), bytes)
#define BTF_MEMBER_ENC(name, type, bits) name, type, bits
#define BTF_MEMBER_OFFSET(size, bits) ((__u32)(size) << 24 | (bits))
#define BTF_ENUM_ENC(name, value) name, value
#define BTF_ENUM64_ENC(name, low, high) name, low, high
#define BTF_TYPEDEF_ENC(name, type) BTF_TYPE_ENC(name, BTF_INFO_ENC(BTF_KIND_TYPEDEF, 0, 0), type)
#define BTF_PTR_ENC(type) BTF_TYPE_ENC(0, BTF_INFO_ENC(BTF_KIND_PTR, 0, 0), type)
#define BTF_CONST_ENC(type) BTF_TYPE_ENC(0, BTF_INFO_ENC(BTF_KIND_CONST, 0, 0), type)
#define BTF_VOLATILE_ENC(type) BTF_TYPE_ENC(0, BTF_INFO_ENC(BTF_KIND_VOLATILE, 0, 0), type)
#define BTF_RESTRICT_ENC(type) BTF_TYPE_ENC(0, BTF_INFO_ENC(BTF_KIND_RESTRICT, 0, 0), type)
#define BTF_FUNC_PROTO_ENC(returns, params) BTF_TYPE_ENC(0, BTF_INFO_ENC(BTF_KIND_FUNC_PROTO, 0, params), returns)
#define BTF_FUNC_PROTO_ARG_ENC(name, type) name, type
#define BTF_FUNC_ENC(name, proto) BTF_TYPE_ENC(name, BTF_INFO_ENC(BTF_KIND_FUNC, 0, 0), proto)
#define BTF_VAR_ENC(name, type, linkage) BTF_TYPE_ENC(name, BTF_INFO_ENC(BTF_KIND_VAR, 0, 0), type), linkage
#define BTF_VAR_SECINFO_ENC(type, offset, bytes) type, offset, bytes
#define BTF_DECL_TAG_ENC(name, type, component) \
	BTF_TYPE_ENC(name, BTF_INFO_ENC(BTF_KIND_DECL_TAG, 0, 0), type), component
#define BTF_TYPE_TAG_ENC(name, type) BTF_TYPE_ENC(name, BTF_INFO_ENC(BTF_KIND_TYPE_TAG, 0, 0), type)

#define MAX_NR_RAW_U32 1024
#define BTF_END_RAW 0xdeadbeef
#define NAME_TBD 0xdeadb33f
#define NAME_NTH(n) (0xfffe0000 | (n))
#define BTF_STR_SEC(text) .str_sec = text, .str_sec_size = sizeof(text)

struct raw_test {
	const char *descr;
	const char *str_sec;
	__u32 raw_types[MAX_NR_RAW_U32];
	__u32 str_sec_size;
};

/* The offset of the string with a number, from 1 on. */
static __u32 nth_string(const struct raw_test *test, int n)
{
	__u32 at = 0;

	while (n--) {
		at += strlen(test->str_sec + at) + 1;
		if (at >= test->str_sec_size)
			exit(3);
	}
	return at;
}

static void print_hex(const void *from, size_t count)
{
	for (const unsigned char *byte = from; count--; byte++)
		printf("%02x", *byte);
}

static void print_test(const struct raw_test *test)
{
	struct btf_header header = { .magic = BTF_MAGIC, .version = BTF_VERSION, .hdr_len = 24 };
	__u32 words[MAX_NR_RAW_U32];
	int count = MAX_NR_RAW_U32 - 1, next = 1;

	while (count >= 0 && test->raw_types[count] != BTF_END_RAW)
		count--;
	if (count < 0)
		exit(2);
	for (int i = 0; i < count; i++) {
		__u32 word = test->raw_types[i];

		words[i] = word == NAME_TBD ? nth_string(test, next++) :
			   word >> 16 == 0xfffe ? nth_string(test, word & 0xffff) : word;
	}
	header.type_len = count * 4;
	header.str_off = count * 4;
	header.str_len = test->str_sec_size;
	print_hex(&header, 24);
	print_hex(words, count * 4);
	print_hex(test->str_sec, test->str_sec_size);
	printf("\n");
}
