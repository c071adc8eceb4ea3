package io.headrace.core.scan;

import java.util.List;

/**
 * Where a scan stands: the values of its key columns in one row. Store it to go on later with {@link Scan#after(ScanKey)}.
 *
 * @param values one value per key column, in their order, as the driver reads them by default ({@code Long} for
 *     {@code int8}, {@code UUID}, {@code LocalDateTime} and so on); never empty, never null
 */
public record ScanKey(List<Object> values) {

    /** Copies the values. */
    public ScanKey {
        values = List.copyOf(values);
        if (values.isEmpty()) {
            throw new IllegalArgumentException("a key needs at least one value");
        }
    }

    /** A key of these values. */
    public static ScanKey of(Object first, Object... more) {
        Object[] all = new Object[more.length + 1];
        all[0] = first;
        System.arraycopy(more, 0, all, 1, more.length);
        return new ScanKey(List.of(all));
    }
}
