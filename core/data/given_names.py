"""Given names that are common in many countries: where they open most cells of a column, the cells name people."""

from __future__ import annotations

GIVEN_NAMES = frozenset(
    """
    aaron adam adrian agnes ahmed aisha akira alan albert alejandro alex alexander alexandra alfred ali alice
    alicia alison amanda amelia amir amy ana anastasia andre andrea andreas andrew andrzej angela anil anita ann
    anna anne annie antonio arthur ashley astrid barbara beatrice ben benjamin bernard bernd beth betty bill
    birgit bjorn bob brandon brenda brian bruce camille carl carla carlos carmen carol caroline carolyn catherine
    cecilia charles charlotte chiara chloe chris christian christina christine christoph christopher cindy claire
    clara claudia colin connie craig cristina cynthia dan daniel daniela david dean deborah denise dennis derek
    diana diane diego dieter dimitri dmitri dominik donald donna doris dorothy doug douglas edith eduardo edward
    eileen elena eleanor elisabeth elizabeth ella ellen emily emma eric erik erika ernest esther ethan eugene eva
    evelyn fatima felix fernando fiona florence frances francesca francesco francisco francois frank frederick
    fritz gabriel gary george georg gerald gerhard gertrude giovanni giulia giuseppe gloria gordon grace greg
    gregory guillermo gustav hans harold harriet harry hassan heather heidi heinrich helen helena helene henri
    henry herbert hiroshi howard hugh hugo ian ibrahim ida igor ilse ines ingrid irene irina isaac isabel isabella
    ivan jack jacob jacqueline jakub james jamie jan jane janet janice jason javier jean jeff jeffrey jennifer
    jens jeremy jerry jesse jessica jesus jim joan joanna joe joel johan johann johannes john johnny jonathan
    jorge jose josef joseph josephine joshua joyce juan judith judy julia julian julie jurgen justin kai karen
    karin karl karolina katarzyna kate katharina katherine kathleen kathryn katie keith kelly kenji kenneth kevin
    kim kimberly klaus kristin krzysztof kyle lars laura lauren lawrence lea lee lena leo leon leonard leonardo
    leslie liam lillian linda lisa lois lorenzo louis louise luca lucas lucia lucy luis luisa lukas luke lydia
    magdalena manfred manuel marc marcel marco marcus margaret maria marie marina mario marion mark markus martha
    martin martina mary mateo matteo matthew matthias maurice max maya megan mehmet mei melanie melissa michael
    michel michele michelle miguel mike mildred min mohamed mohammad mohammed monica monika muhammad mustafa nadia
    nancy naomi natalia natalie nathan nicholas nick nicola nicolas nicole nikolai nina noah nora norman olga
    oliver olivia omar oscar otto owen pablo pamela patricia patrick paul paula pauline pedro peggy peter petra
    philip philipp phillip phyllis pierre piotr priya rachel rafael rahul raj ralph ramon randy raymond rebecca
    renate ricardo richard rita robert roberto robin roger roland ronald rosa rose rosemary roy russell ruth ryan
    sabine sally salvatore sam samantha samir samuel sandra sanjay sara sarah scott sean sebastian sergei sergio
    sharon shirley silvia simon simone sofia sonia sophia sophie stefan stefanie stefano stephanie stephen steve
    steven stuart sunil susan susanne suzanne svetlana sven sylvia takeshi tamara tanya tatiana teresa terry
    theodore theresa thomas tim timothy tina tobias todd tom tomas tomasz tony tracy ulrich ursula valentina
    valerie vanessa vera veronica victor victoria vijay vincent viola virginia vladimir walter wei wendy werner
    wilhelm william winifred wolfgang xavier yan yasmin yolanda yuki yusuf yves yvonne zoe
    """.split()  # noqa: SIM905 - a list of four hundred strings reads worse
)
