package io.headrace.tx;

import io.headrace.core.SqlStatement;
import java.util.function.UnaryOperator;

/**
 * What an advisory lock is on: a number or a text that the programs on one database have agreed upon. Keys of two numbers
 * are never equal to others. A text is hashed to 64 bits by the server ({@code hashtextextended}), into the same space as
 * single numbers: should two texts meet there, they are one lock, and their holders wait for each other without need; among
 * a million texts the chance of that is one in 37 million.
 */
public final class LockKey {

    private final String arguments;
    private final UnaryOperator<SqlStatement> values;

    private LockKey(String arguments, UnaryOperator<SqlStatement> values) {
        this.arguments = arguments;
        this.values = values;
    }

    /** A number. */
    public static LockKey of(long number) {
        return new LockKey(":number", statement -> statement.bind("number", number));
    }

    /** Two numbers, such as what kind of thing it is and which one. */
    public static LockKey of(int first, int second) {
        return new LockKey(
                ":first, :second", statement -> statement.bind("first", first).bind("second", second));
    }

    /** A text, such as {@code import:orders}. */
    public static LockKey of(String text) {
        return new LockKey("hashtextextended(:text, 0)", statement -> statement.bind("text", text));
    }

    /** What stands in the brackets of the server's function. */
    String arguments() {
        return arguments;
    }

    SqlStatement bindTo(SqlStatement statement) {
        return values.apply(statement);
    }

    /** The kind only: a key may tell what it is used for. */
    @Override
    public String toString() {
        return "LockKey[" + arguments + "]";
    }
}
