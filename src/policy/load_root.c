/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/load_root.h"

#include "base/text.h"
#include "policy/load.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#define BEGIN BYTES("-----BEGIN CERTIFICATE-----")
#define END BYTES("-----END CERTIFICATE-----")

/* Nobody is asked for a password: certificates have none. */
static int no_password(char *room, int size, int writing, void *context)
{
	(void)room, (void)size, (void)writing, (void)context;
	return -1;
}

static X509 *read_certificate(struct bytes text)
{
	BIO *in = text.len <= INT_MAX ? BIO_new_mem_buf(text.ptr, (int)text.len) : NULL;
	X509 *x509 = in ? PEM_read_bio_X509(in, NULL, no_password, NULL) : NULL;
	(void)BIO_free(in);
	ERR_clear_error();
	return x509;
}

static bool copy_bytes(struct bytes from, struct bytes *out)
{
	uint8_t *copy = malloc(from.len + 1);
	if (!copy)
		return false;
	if (from.len > 0)
		memcpy(copy, from.ptr, from.len);
	*out = (struct bytes){copy, from.len};
	return true;
}

/* What stands behind "key:" in the lines before the certificate; `*line` is where. */
static struct bytes header(struct bytes text, struct bytes key, uint32_t *line)
{
	struct bytes left = bytes_slice(text, 0, bytes_find(text, BEGIN));
	for (*line = 1; left.len > 0; (*line)++) {
		size_t end = bytes_find(left, BYTES("\n"));
		struct bytes row = bytes_slice(left, 0, end);
		left = bytes_from(left, row.len + (end != SIZE_MAX));
		if (bytes_start_with(row, key))
			return bytes_trim(bytes_from(row, key.len));
	}
	*line = 0;
	return (struct bytes){0};
}

/* The subject's common name, else its organization. */
static bool subject_name(const X509 *x509, struct bytes *out)
{
	static const int attributes[] = {NID_commonName, NID_organizationName};
	const X509_NAME *subject = X509_get_subject_name(x509);
	unsigned char *text = NULL;
	int length = 0;
	for (size_t i = 0; length <= 0 && i < 2; i++) {
		int at = X509_NAME_get_index_by_NID(subject, attributes[i], -1);
		if (at >= 0)
			length = ASN1_STRING_to_UTF8(
				&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
	}
	bool done = copy_bytes((struct bytes){text, length > 0 ? (size_t)length : 0}, out);
	OPENSSL_free(text);
	return done;
}

/* One certificate in a file, so that the words before it are about it. */
static bool is_alone(struct bytes text)
{
	struct bytes rest = bytes_from(text, bytes_find(text, END) + END.len);
	return bytes_trim(rest).len == 0 && bytes_find(rest, BYTES("\0")) == SIZE_MAX;
}

static bool fill(struct root_file *root, X509 *x509, struct bytes text)
{
	uint8_t digest[EVP_MAX_MD_SIZE] = {0};
	unsigned char *der = NULL;
	uint32_t line;
	int known = 0, length = i2d_X509(x509, &der);
	bool done = length > 0 &&
	            EVP_Digest(der, (size_t)length, digest, NULL, EVP_sha256(), NULL) == 1 &&
	            copy_bytes((struct bytes){der, length > 0 ? (size_t)length : 0},
	                       &root->certificate);
	OPENSSL_free(der);
	root->subject =
		(uint32_t)X509_NAME_hash_ex(X509_get_subject_name(x509), NULL, NULL, &known);
	text_hex((struct bytes){digest, 32}, root->digest);
	struct bytes name = header(text, BYTES("name:"), &line);
	done = done && known && copy_bytes(header(text, BYTES("source:"), &line), &root->source);
	return done &&
	       (name.len > 0 ? copy_bytes(name, &root->name) : subject_name(x509, &root->name));
}

static bool is_usable(const struct root_file *root, X509 *x509, struct bytes text,
                      struct problems *problems)
{
	uint32_t line;
	size_t before = problems->count;
	struct bytes stated = header(text, BYTES("sha256:"), &line);
	if (stated.len > 0 && !bytes_equal(stated, bytes_of(root->digest)))
		problem_add(problems, line, "the certificate's SHA-256 is %s", root->digest);
	if (X509_check_ca(x509) == 0)
		problem_add(problems, 0, "the certificate is not that of an authority");
	if (!text_is_utf8(root->name) || !text_is_utf8(root->source))
		problem_add(problems, 0, "name and source must be UTF-8");
	return problems->count == before;
}

struct root_file *root_read(struct bytes text, struct problems *problems)
{
	X509 *x509 = bytes_find(text, END) != SIZE_MAX ? read_certificate(text) : NULL;
	struct root_file *root = NULL;
	if (!x509)
		problem_add(problems, 0, "holds no certificate in PEM form");
	else if (!is_alone(text))
		problem_add(problems, 0, "holds more than one certificate");
	else if (!(root = calloc(1, sizeof *root)) || !fill(root, x509, text))
		problem_add(problems, 0, "the certificate cannot be used");
	else if (is_usable(root, x509, text, problems)) {
		X509_free(x509);
		return root;
	}
	root_free(root);
	X509_free(x509);
	return NULL;
}

void root_free(struct root_file *root)
{
	if (!root)
		return;
	free((void *)(uintptr_t)root->name.ptr); /* all three are ours */
	free((void *)(uintptr_t)root->source.ptr);
	free((void *)(uintptr_t)root->certificate.ptr);
	free(root);
}

void load_root(struct load *load, const struct root_file *file)
{
	struct builder *b = load->builder;
	uint32_t *row = builder_row(b, TABLE_ROOT);
	row[ROOT_NAME] = builder_text(b, file->name);
	row[ROOT_DIGEST] = builder_text(b, bytes_of(file->digest));
	row[ROOT_SUBJECT] = file->subject;
	row[ROOT_SOURCE] = builder_text(b, file->source);
	row[ROOT_CERTIFICATE] = builder_text(b, file->certificate);
}
