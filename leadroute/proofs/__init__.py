"""What holds for every possible lead: rules that none reaches, leads that none takes, reps who fit nobody.

Each field is cut into finitely many atoms by the values that the project uses (``survey``, ``partition``, ``scale``); what an operator
says of an atom is found by running the operator. Derived fields follow by clauses (``space``), and questions go to a SAT solver
(``formula``). A witness is a lead that was written down and routed by the engine (``witness``); "never" is said where the formula, which
allows at least what can happen, has no answer. ``checks.prove`` is what ``validate`` runs.

The interface for others, which stays::

    prover = Prover(project)                      # several projects over one lead file: Prover(old, new); they have numbers 0 and 1
    prover = Prover(project, also=[(0, condition)])   # conditions that will be asked about besides the rules' own, compiled as those are

    prover.rules[0]                               # the enabled rules of project 0, in order
    prover.takes[0][i]                            # literal: rule i is in force and its condition holds
    prover.reaching(i)                            # literals: rule i is the first to take a lead
    prover.coming(i)                              # literals: rule i takes it, and rules before it may at most have let it go
    prover.left_over()                            # literals: no rule takes it
    prover.space.literal(condition)               # literal: a condition over the lead holds (in project 0)
    prover.space.formula.all_of / any_of          # to build more from literals; ``-x`` is "not x"

    answer = prover.ask(goal, confirm)            # is there a lead for which all literals of ``goal`` hold?
    answer.exists                                 # True (with ``answer.witness``), False (proved), None (undecided, with ``answer.why``)
    answer.witness.lead                           # field -> text, of the fields that matter; ``now`` is the instant where that matters
    answer.witness.routed                         # what the engine made of it: values, rule, decision
    prover.solver.least(literals, given)          # of literals that cannot hold together, those that are to blame

``confirm(routed)`` looks at what the engine made of a lead; no lead is given that it does not accept. With a second project, ask for
both ``prover.takes[0][i]`` and ``prover.takes[1][j]``, and confirm with ``prover.writers[1].replay(lead)``.

What a second project makes of all leads is ``difference.matrix(old, new)``: where leads went and go, each with a lead; ``compared`` tells
what else differs. Fields that both read or work out alike (``shared``) are one to a proof.

Where leads can end is told by the chains of a rule, without who is there or has room just now::

    prover = Prover(project, prepare=survey_staff)    # what requirements read of a lead is told apart, too
    staff = Staff(prover.space)
    for route in staff.routes(rule):                  # ``route.when``: literal; ``route.queue`` where it ends when nobody can
        for one in route.tries:                       # a pool, or named people
            for rep, literal in staff.could(one): ... # a position in the roster: they may get leads for which the literal holds
    staff.unqualified(route)                          # literals: nobody could ever qualify

A property such as "no EMEA lead leaves EMEA" asks whether what is given, a rule's ``reaching``, ``route.when`` and the literal
of a rep from elsewhere can hold together. Answers repeat: budgets count the solver's conflicts, nothing reads a clock.
"""
