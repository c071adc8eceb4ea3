package io.headrace.core.bulk;

import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.Collection;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Arrays of one dimension from Java arrays and collections, NULL elements included. The binary form ({@code array_recv}):
 * number of dimensions, whether there are NULLs, element type; size and lower bound; the elements.
 */
record ArrayWriter(ValueWriter element, ColumnType elementType) implements ValueWriter {

    @Override
    public boolean accepts(Type type) {
        Type inside = elementOf(type);
        return inside != null && element.accepts(inside);
    }

    private static @Nullable Type elementOf(Type type) {
        if (type instanceof Class<?> given) {
            return given.getComponentType();
        }
        if (type instanceof GenericArrayType array) {
            return rawOf(array.getGenericComponentType());
        }
        boolean collection = type instanceof ParameterizedType parameterized
                && Collection.class.isAssignableFrom((Class<?>) parameterized.getRawType());
        return collection ? rawOf(((ParameterizedType) type).getActualTypeArguments()[0]) : null;
    }

    private static Type rawOf(Type type) {
        return type instanceof WildcardType wildcard ? wildcard.getUpperBounds()[0] : type;
    }

    @Override
    public boolean hasBinary() {
        return element.hasBinary();
    }

    @Override
    public void binary(Object value, RowBuffer out) {
        int lengthAt = out.length();
        int size = sizeOf(value);
        out.putInt(0).putInt(size == 0 ? 0 : 1).putInt(hasNull(value) ? 1 : 0).putInt((int) elementType.declaredOid());
        if (size > 0) {
            out.putInt(size).putInt(1);
            for (Iterator<?> elements = iterator(value); elements.hasNext(); ) {
                Object next = elements.next();
                if (next == null) {
                    out.putInt(-1);
                } else {
                    element.binary(next, out);
                }
            }
        }
        out.setLengthAt(lengthAt);
    }

    @Override
    public void text(Object value, StringBuilder out) {
        ArrayLiteral literal = new ArrayLiteral(out, elementType.delimiter());
        StringBuilder form = new StringBuilder();
        for (Iterator<?> elements = iterator(value); elements.hasNext(); ) {
            Object next = elements.next();
            if (next == null) {
                literal.addNull();
            } else {
                form.setLength(0);
                element.text(next, form);
                literal.add(form);
            }
        }
        literal.end();
    }

    private static int sizeOf(Object value) {
        return value instanceof Collection<?> collection ? collection.size() : Array.getLength(value);
    }

    private static boolean hasNull(Object value) {
        if (value.getClass().isArray() && value.getClass().getComponentType().isPrimitive()) {
            return false;
        }
        for (Iterator<?> elements = iterator(value); elements.hasNext(); ) {
            if (elements.next() == null) {
                return true;
            }
        }
        return false;
    }

    private static Iterator<?> iterator(Object value) {
        return value instanceof Collection<?> collection ? collection.iterator() : new ArrayIterator(value);
    }

    private static final class ArrayIterator implements Iterator<Object> {

        private final Object array;
        private int next;

        ArrayIterator(Object array) {
            this.array = array;
        }

        @Override
        public boolean hasNext() {
            return next < Array.getLength(array);
        }

        @Override
        public Object next() {
            return Array.get(array, next++);
        }
    }
}
