package io.headrace.core.bulk;

/**
 * A column of the table that is written to.
 *
 * @param name its name
 * @param typeName its type as people write it, length and precision included
 * @param type its type, resolved
 * @param required whether a row that does not give it is refused
 * @param generated whether its value is computed, so that it cannot be written
 * @param alwaysIdentity whether it is {@code GENERATED ALWAYS AS IDENTITY}
 */
record TableColumn(
        String name, String typeName, ColumnType type, boolean required, boolean generated, boolean alwaysIdentity) {}
