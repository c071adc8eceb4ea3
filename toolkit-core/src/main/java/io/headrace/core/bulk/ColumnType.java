package io.headrace.core.bulk;

import org.jspecify.annotations.Nullable;

/**
 * The type of a column or of an array's elements, domains resolved to what they are made of.
 *
 * @param declaredOid the type as it is declared, which for a domain is the domain
 * @param oid the type below all domains
 * @param name its name in the catalog
 * @param sqlName its name as SQL text takes it, without a length or precision
 * @param isEnum whether it is an enumeration
 * @param delimiter what stands between the elements of an array of it
 * @param element the type of the elements where it is an array
 */
record ColumnType(
        long declaredOid,
        long oid,
        String name,
        String sqlName,
        boolean isEnum,
        char delimiter,
        @Nullable ColumnType element) {}
