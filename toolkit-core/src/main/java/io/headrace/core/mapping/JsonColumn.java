package io.headrace.core.mapping;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The component is JSON in its column, also where the column's type does not say so (MariaDB, text columns). Read and
 * bound by the {@link io.headrace.core.json.JsonCodec}; a {@code String} component holds the JSON text itself.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface JsonColumn {}
