/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/format.h"

#include "core/finding.h"
#include "policy/pack.h"

#include <openssl/evp.h>

static const struct column vendor_columns[VENDOR_COLUMNS] = {
	[VENDOR_ID] = {"id", COLUMN_TEXT, 0},
	[VENDOR_NAME] = {"name", COLUMN_TEXT, 0},
	[VENDOR_NOTE] = {"note", COLUMN_TEXT, 0},
};
static const struct column entity_columns[ENTITY_COLUMNS] = {
	[ENTITY_VENDOR] = {"vendor", COLUMN_ROW, TABLE_VENDOR},
	[ENTITY_NAME] = {"name", COLUMN_TEXT, 0},
	[ENTITY_RELATION] = {"relation", COLUMN_TEXT, 0},
	[ENTITY_FROM] = {"from", COLUMN_TEXT, 0},
	[ENTITY_TO] = {"to", COLUMN_TEXT, 0},
	[ENTITY_CONFIDENCE] = {"confidence", COLUMN_ENUM, CONFIDENCE_COUNT},
	[ENTITY_SOURCE] = {"source", COLUMN_TEXT, 0},
	[ENTITY_NOTE] = {"note", COLUMN_TEXT, 0},
};
static const struct column product_columns[PRODUCT_COLUMNS] = {
	[PRODUCT_VENDOR] = {"vendor", COLUMN_ROW, TABLE_VENDOR},
	[PRODUCT_ID] = {"id", COLUMN_TEXT, 0},
	[PRODUCT_NAME] = {"name", COLUMN_TEXT, 0},
	[PRODUCT_ROLE] = {"role", COLUMN_TEXT, 0},
	[PRODUCT_CLOUD] = {"cloud", COLUMN_TEXT, 0},
	[PRODUCT_REACH] = {"reach", COLUMN_NUMBER, 0},
	[PRODUCT_NOTE] = {"note", COLUMN_TEXT, 0},
};
static const struct column mark_columns[MARK_COLUMNS] = {
	[MARK_ID] = {"id", COLUMN_TEXT, 0},
	[MARK_KIND] = {"kind", COLUMN_ENUM, FACT_KIND_COUNT},
	[MARK_FORM] = {"match", COLUMN_ENUM, MATCH_FORM_COUNT},
	[MARK_VALUE] = {"value", COLUMN_TEXT, 0},
	[MARK_SIZE] = {"size", COLUMN_NUMBER, 0},
	[MARK_VENDOR] = {"vendor", COLUMN_ROW, TABLE_VENDOR},
	[MARK_PRODUCT] = {"product", COLUMN_ROW_OR_NONE, TABLE_PRODUCT},
	[MARK_NEXUS] = {"nexus", COLUMN_ENUM, NEXUS_COUNT},
	[MARK_STRENGTH] = {"strength", COLUMN_ENUM, STRENGTH_COUNT},
	[MARK_CONFIDENCE] = {"confidence", COLUMN_ENUM, CONFIDENCE_COUNT},
	[MARK_REACH] = {"reach", COLUMN_NUMBER, 0},
	[MARK_CLOUD] = {"cloud", COLUMN_TEXT, 0},
	[MARK_SOURCE] = {"source", COLUMN_TEXT, 0},
	[MARK_NOTE] = {"note", COLUMN_TEXT, 0},
};
static const struct column directive_columns[DIRECTIVE_COLUMNS] = {
	[DIRECTIVE_ID] = {"id", COLUMN_TEXT, 0},
	[DIRECTIVE_TITLE] = {"title", COLUMN_TEXT, 0},
	[DIRECTIVE_AUTHORITY] = {"authority", COLUMN_TEXT, 0},
	[DIRECTIVE_ISSUED] = {"issued", COLUMN_TEXT, 0},
	[DIRECTIVE_EFFECTIVE] = {"effective", COLUMN_TEXT, 0},
	[DIRECTIVE_STATUS] = {"status", COLUMN_TEXT, 0},
	[DIRECTIVE_APPLIES_TO] = {"applies_to", COLUMN_TEXT, 0},
	[DIRECTIVE_VENDORS] = {"vendors", COLUMN_TEXT, 0},
	[DIRECTIVE_PRODUCTS] = {"products_named", COLUMN_TEXT, 0},
	[DIRECTIVE_ROLES_OUT] = {"roles_out", COLUMN_TEXT, 0},
	[DIRECTIVE_ROLES_CLAUSE] = {"roles_out_clause", COLUMN_TEXT, 0},
	[DIRECTIVE_NOTE] = {"note", COLUMN_TEXT, 0},
};
static const struct column scope_columns[SCOPE_COLUMNS] = {
	[SCOPE_DIRECTIVE] = {"directive", COLUMN_ROW, TABLE_DIRECTIVE},
	[SCOPE_NEXUS] = {"nexus", COLUMN_ENUM, NEXUS_COUNT},
	[SCOPE_IS] = {"is", COLUMN_ENUM, SCOPE_COUNT},
	[SCOPE_CLAUSE] = {"clause", COLUMN_TEXT, 0},
	[SCOPE_FROM] = {"from", COLUMN_TEXT, 0},
	[SCOPE_TO] = {"to", COLUMN_TEXT, 0},
};
static const struct column clause_columns[CLAUSE_COLUMNS] = {
	[CLAUSE_DIRECTIVE] = {"directive", COLUMN_ROW, TABLE_DIRECTIVE},
	[CLAUSE_ID] = {"id", COLUMN_TEXT, 0},
	[CLAUSE_FROM] = {"from", COLUMN_TEXT, 0},
	[CLAUSE_TO] = {"to", COLUMN_TEXT, 0},
	[CLAUSE_TEXT] = {"text", COLUMN_TEXT, 0},
	[CLAUSE_SOURCE] = {"source", COLUMN_TEXT, 0},
};
static const struct column deadline_columns[DEADLINE_COLUMNS] = {
	[DEADLINE_DIRECTIVE] = {"directive", COLUMN_ROW, TABLE_DIRECTIVE},
	[DEADLINE_DUE] = {"due", COLUMN_TEXT, 0},
	[DEADLINE_DATE] = {"date", COLUMN_TEXT, 0},
	[DEADLINE_WHAT] = {"what", COLUMN_TEXT, 0},
	[DEADLINE_FIELDS] = {"fields", COLUMN_TEXT, 0},
	[DEADLINE_SOURCE] = {"source", COLUMN_TEXT, 0},
};
static const struct column exception_columns[EXCEPTION_COLUMNS] = {
	[EXCEPTION_DIRECTIVE] = {"directive", COLUMN_ROW, TABLE_DIRECTIVE},
	[EXCEPTION_TEXT] = {"text", COLUMN_TEXT, 0},
	[EXCEPTION_SOURCE] = {"source", COLUMN_TEXT, 0},
};
static const struct column root_columns[ROOT_COLUMNS] = {
	[ROOT_NAME] = {"name", COLUMN_TEXT, 0},
	[ROOT_DIGEST] = {"sha256", COLUMN_TEXT, 0},
	[ROOT_SUBJECT] = {"subject", COLUMN_NUMBER, 0},
	[ROOT_SOURCE] = {"source", COLUMN_TEXT, 0},
	[ROOT_CERTIFICATE] = {"certificate", COLUMN_TEXT, 0},
};

static const struct {
	const char *name;
	const struct column *columns;
	size_t count;
} tables[TABLE_COUNT] = {
	[TABLE_VENDOR] = {"vendor", vendor_columns, VENDOR_COLUMNS},
	[TABLE_ENTITY] = {"entity", entity_columns, ENTITY_COLUMNS},
	[TABLE_PRODUCT] = {"product", product_columns, PRODUCT_COLUMNS},
	[TABLE_MARK] = {"mark", mark_columns, MARK_COLUMNS},
	[TABLE_DIRECTIVE] = {"directive", directive_columns, DIRECTIVE_COLUMNS},
	[TABLE_SCOPE] = {"scope", scope_columns, SCOPE_COLUMNS},
	[TABLE_CLAUSE] = {"clause", clause_columns, CLAUSE_COLUMNS},
	[TABLE_DEADLINE] = {"deadline", deadline_columns, DEADLINE_COLUMNS},
	[TABLE_EXCEPTION] = {"exception", exception_columns, EXCEPTION_COLUMNS},
	[TABLE_ROOT] = {"root", root_columns, ROOT_COLUMNS},
};

const struct column *format_columns(enum table table, size_t *count)
{
	*count = tables[table].count;
	return tables[table].columns;
}

const char *format_table_name(enum table table)
{
	return tables[table].name;
}

uint64_t format_hash(uint64_t hash, struct bytes data)
{
	for (size_t i = 0; i < data.len; i++)
		hash = (hash ^ data.ptr[i]) * UINT64_C(1099511628211);
	return hash;
}

/* SHA-256 of every byte but the checksum's own. */
static bool checksum(struct bytes pack, uint8_t out[PACK_DIGEST])
{
	struct bytes before = bytes_slice(pack, 0, PACK_CHECKSUM_AT);
	struct bytes after = bytes_from(pack, PACK_CHECKSUM_AT + PACK_DIGEST);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool done = context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
	            EVP_DigestUpdate(context, before.ptr, before.len) == 1 &&
	            EVP_DigestUpdate(context, after.ptr, after.len) == 1 &&
	            EVP_DigestFinal_ex(context, out, NULL) == 1;
	EVP_MD_CTX_free(context);
	return done;
}

bool format_seal(uint8_t *pack, size_t size)
{
	for (size_t i = 0; i < 8; i++)
		pack[PACK_SIZE_AT + i] = (uint8_t)((uint64_t)size >> (8 * i));
	return checksum((struct bytes){pack, size}, pack + PACK_CHECKSUM_AT);
}

bool format_is_sealed(struct bytes pack)
{
	uint8_t sum[PACK_DIGEST];
	return checksum(pack, sum) && bytes_equal(bytes_slice(pack, PACK_CHECKSUM_AT, PACK_DIGEST),
	                                          (struct bytes){sum, sizeof sum});
}
