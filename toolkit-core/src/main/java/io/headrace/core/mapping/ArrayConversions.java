package io.headrace.core.mapping;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Arrays of a driver as arrays, primitive ones too, or as unmodifiable collections; element by element. */
final class ArrayConversions {

    private ArrayConversions() {}

    static Conversion toArray(ValueType target, ValueType element, Conversion ofElement) {
        if (target.raw() == long[].class) {
            return source -> longs((Object[]) source, ofElement);
        }
        if (target.raw() == int[].class) {
            return source -> ints((Object[]) source, ofElement);
        }
        if (target.raw() == double[].class) {
            return source -> doubles((Object[]) source, ofElement);
        }
        Class<?> component = target.raw().getComponentType();
        boolean mayBeNull = element.mayBeNull();
        return source -> {
            Object[] values = elements(source);
            Object array = Array.newInstance(component, values.length);
            for (int i = 0; i < values.length; i++) {
                if (values[i] != null) {
                    Array.set(array, i, ofElement.convert(values[i]));
                } else if (!mayBeNull) {
                    throw nullAt(i);
                }
            }
            return array;
        };
    }

    static Conversion toCollection(ValueType target, ValueType element, Conversion ofElement) {
        boolean mayBeNull = element.mayBeNull();
        boolean asSet = target.raw() == Set.class;
        return source -> {
            Object[] values = elements(source);
            List<Object> list = new ArrayList<>(values.length);
            for (int i = 0; i < values.length; i++) {
                if (values[i] != null) {
                    list.add(ofElement.convert(values[i]));
                } else if (mayBeNull) {
                    addNull(list);
                } else {
                    throw nullAt(i);
                }
            }
            return asSet ? Collections.unmodifiableSet(new LinkedHashSet<>(list)) : Collections.unmodifiableList(list);
        };
    }

    private static Object[] elements(Object source) {
        if (!(source instanceof Object[] values)) {
            throw new ConversionException("a value is no array");
        }
        return values;
    }

    @SuppressWarnings("NullAway") // only where the element's type says @Nullable
    private static void addNull(List<Object> list) {
        list.add(null);
    }

    private static ConversionException nullAt(int index) {
        return new ConversionException("element " + (index + 1)
                + " is NULL; mark the element type @Nullable, with a wrapper type, or remove NULL in the statement");
    }

    private static long[] longs(Object[] source, Conversion ofElement) {
        long[] array = new long[source.length];
        for (int i = 0; i < array.length; i++) {
            array[i] = (Long) converted(source, i, ofElement);
        }
        return array;
    }

    private static int[] ints(Object[] source, Conversion ofElement) {
        int[] array = new int[source.length];
        for (int i = 0; i < array.length; i++) {
            array[i] = (Integer) converted(source, i, ofElement);
        }
        return array;
    }

    private static double[] doubles(Object[] source, Conversion ofElement) {
        double[] array = new double[source.length];
        for (int i = 0; i < array.length; i++) {
            array[i] = (Double) converted(source, i, ofElement);
        }
        return array;
    }

    private static Object converted(Object[] source, int index, Conversion ofElement) {
        Object value = source[index];
        if (value == null) {
            throw nullAt(index);
        }
        return ofElement.convert(value);
    }
}
