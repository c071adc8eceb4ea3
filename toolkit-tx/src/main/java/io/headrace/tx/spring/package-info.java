/**
 * Transactions that are shared with Spring ({@code spring-r2dbc} 7, an optional dependency): statements of Headrace run in a
 * transaction of Spring, and Spring's {@code DatabaseClient} and {@code @Transactional} code runs in one of Headrace.
 *
 * <p>Entry: {@link io.headrace.tx.spring.SpringTransactions}.
 */
@NullMarked
@CheckReturnValue
package io.headrace.tx.spring;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
