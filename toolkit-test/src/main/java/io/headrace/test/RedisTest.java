package io.headrace.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a test class a key prefix of its own in a real Redis: a {@link TestRedis} parameter of its constructor,
 * life-cycle or test methods.
 *
 * <p>The server is {@link RedisServer#shared()}. The prefix is the same for all methods of the class and of the
 * {@code @Nested} classes within; the keys that contain it are removed after the class.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ExtendWith(RedisExtension.class)
public @interface RedisTest {}
