/* SPDX-License-Identifier: Apache-2.0 */
/* Against another implementation, at every length up to several words. */
#include "base/siphash.h"
#include "unit/test.h"

#include <openssl/evp.h>
#include <openssl/params.h>

static void expected(const uint8_t *key, const uint8_t *data, size_t length, uint8_t out[16])
{
	size_t size = 16, written = 0;
	const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_size_t("size", &size),
	                                 OSSL_PARAM_construct_end()};
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "SIPHASH", NULL);
	EVP_MAC_CTX *context = EVP_MAC_CTX_new(mac);
	assert_int_equal(EVP_MAC_init(context, key, SIPHASH_KEY, parameters), 1);
	assert_int_equal(EVP_MAC_update(context, data, length), 1);
	assert_int_equal(EVP_MAC_final(context, out, &written, 16), 1);
	assert_int_equal(written, 16);
	EVP_MAC_CTX_free(context);
	EVP_MAC_free(mac);
}

static void agrees_with_openssl(void **state)
{
	(void)state;
	uint8_t key[SIPHASH_KEY], data[300];
	for (size_t i = 0; i < sizeof key; i++)
		key[i] = (uint8_t)i;
	for (size_t i = 0; i < sizeof data; i++)
		data[i] = (uint8_t)(i * 7);
	for (size_t length = 0; length <= sizeof data; length++) {
		uint64_t got[2];
		uint8_t want[16];
		siphash(key, (struct bytes){data, length}, got);
		expected(key, data, length, want);
		for (size_t i = 0; i < 16; i++)
			assert_int_equal((uint8_t)(got[i / 8] >> (i % 8 * 8)), want[i]);
	}
}

/* The first vector of the reference implementation: no input, key 00 01 02 … 0f. */
static void the_first_vector(void **state)
{
	(void)state;
	const uint8_t key[SIPHASH_KEY] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
	uint64_t got[2];
	siphash(key, (struct bytes){0}, got);
	assert_true(got[0] == 0xe6a825ba047f81a3 && got[1] == 0x930255c71472f66d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_openssl),
		cmocka_unit_test(the_first_vector),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
