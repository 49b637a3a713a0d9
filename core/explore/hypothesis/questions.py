"""The questions that can be asked, in the order in which they are offered."""

from __future__ import annotations

from core.explore.hypothesis.spec import Field, FieldSpec, Question, QuestionSpec

QUESTIONS: tuple[QuestionSpec, ...] = (
    QuestionSpec(
        key=Question.DIFFERENCE,
        title="Does a number differ between groups?",
        example="Are the charges of smokers higher?",
        fields=(
            FieldSpec(field=Field.VALUE, label="The number", accepts="number"),
            FieldSpec(field=Field.GROUP, label="The groups", accepts="category"),
        ),
    ),
    QuestionSpec(
        key=Question.RELATION,
        title="Are two categories related?",
        example="Did women survive more often?",
        fields=(
            FieldSpec(field=Field.VALUE, label="One category", accepts="category", help="What may depend."),
            FieldSpec(field=Field.OTHER, label="The other category", accepts="category", help="On what it may depend."),
        ),
    ),
    QuestionSpec(
        key=Question.TOGETHER,
        title="Do two numbers move together?",
        example="Are larger houses dearer?",
        fields=(
            FieldSpec(field=Field.VALUE, label="One number", accepts="number"),
            FieldSpec(field=Field.OTHER, label="The other number", accepts="number"),
        ),
    ),
    QuestionSpec(
        key=Question.CHANGE,
        title="Did a number change from before to after?",
        example="Is blood pressure lower after the treatment?",
        fields=(
            FieldSpec(field=Field.VALUE, label="Before", accepts="number", help="Each row is measured twice."),
            FieldSpec(field=Field.OTHER, label="After", accepts="number"),
        ),
    ),
    QuestionSpec(
        key=Question.VALUE,
        title="Is a mean or a share different from a value?",
        example="Is the share of churned customers 20 %?",
        fields=(
            FieldSpec(field=Field.VALUE, label="The column", accepts="either"),
            FieldSpec(
                field=Field.LEVEL, label="Share of", accepts="level", help="For categories: the value counted."
            ),
            FieldSpec(
                field=Field.EXPECTED,
                label="The value to compare with",
                accepts="amount",
                help="A share stands between 0 and 1.",
            ),
        ),
    ),
    QuestionSpec(
        key=Question.FREQUENCY,
        title="Are the values of a category equally frequent?",
        example="Do accidents happen on every weekday alike?",
        fields=(FieldSpec(field=Field.VALUE, label="The category", accepts="category"),),
    ),
    QuestionSpec(
        key=Question.NORMAL,
        title="Does a number follow a normal distribution?",
        example="Are body heights shaped like a bell?",
        fields=(FieldSpec(field=Field.VALUE, label="The number", accepts="number"),),
    ),
    QuestionSpec(
        key=Question.SAME,
        title="Do two samples come from the same distribution?",
        example="Does the second machine produce the same sizes, in middle, spread and shape?",
        fields=(
            FieldSpec(field=Field.VALUE, label="The number", accepts="number"),
            FieldSpec(field=Field.GROUP, label="The two groups", accepts="category", optional=True),
            FieldSpec(
                field=Field.OTHER, label="Or a second number", accepts="number", optional=True,
                help="Instead of groups: the second sample stands in a column of its own.",
            ),
        ),
    ),
    QuestionSpec(
        key=Question.SPREAD,
        title="Does the spread of a number differ between groups?",
        example="Do the prices of old houses vary more?",
        fields=(
            FieldSpec(field=Field.VALUE, label="The number", accepts="number"),
            FieldSpec(field=Field.GROUP, label="The groups", accepts="category"),
        ),
    ),
)  # fmt: skip


def get_question(key: Question) -> QuestionSpec:
    """Return the declaration of a question."""
    return next(question for question in QUESTIONS if question.key is key)
