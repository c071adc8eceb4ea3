package io.headrace.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Lets a test, or every test of a class, drop Reactor errors without failing.
 *
 * <p>For tests whose subject is an error that comes too late for anybody to hear it. Such errors are neither reported
 * nor logged.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
public @interface AllowDroppedErrors {

    /** Why errors are dropped here, for the reader. */
    String value() default "";
}
