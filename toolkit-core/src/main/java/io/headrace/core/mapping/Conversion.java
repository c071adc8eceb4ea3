package io.headrace.core.mapping;

/** Makes one Java value of another; never of null. */
@FunctionalInterface
interface Conversion {

    /** The value as it is. */
    Conversion NONE = value -> value;

    /**
     * The value as the other type.
     *
     * @throws ConversionException where this value does not fit
     */
    Object convert(Object value);

    default Conversion then(Conversion next) {
        if (this == NONE) {
            return next;
        }
        return next == NONE ? this : value -> next.convert(convert(value));
    }
}
