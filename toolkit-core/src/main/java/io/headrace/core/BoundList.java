package io.headrace.core;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A collection or an array as the value of a parameter. */
final class BoundList {

    /** Instead of a number of markers: a single one, for a JSON array. */
    static final int AS_JSON = -1;

    private BoundList() {}

    /** Bytes are one value. */
    static boolean isList(Object value) {
        return value instanceof Collection<?> || (value.getClass().isArray() && !(value instanceof byte[]));
    }

    static boolean isEmpty(Object list) {
        return list instanceof Collection<?> collection ? collection.isEmpty() : Array.getLength(list) == 0;
    }

    static List<@Nullable Object> elements(Object list) {
        if (list instanceof Collection<?> collection) {
            return new ArrayList<>(collection);
        }
        List<@Nullable Object> elements = new ArrayList<>();
        for (int i = 0; i < Array.getLength(list); i++) {
            elements.add(Array.get(list, i));
        }
        return elements;
    }

    /** The next power of two, so that lists of all lengths make few texts; 0 for an empty list. */
    static int markers(int size) {
        return size < 2 ? size : Integer.highestOneBit(size - 1) << 1;
    }
}
