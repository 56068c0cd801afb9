"""Given names: short forms and what each is short for, and whether men or women mostly bear a name. Pure data.

General knowledge of English, French, German and Russian first names, not taken from any book. A short
form is only a *reason to look*: names join by what the text does with them (joining.py, T49).
"""

from __future__ import annotations

_SHORT = """
Abby Abigail; Abe Abraham; Addie Adelaide Adeline; Aggie Agnes; Al Albert Alfred Alan; Alec Alexander;
Alex Alexander; Alf Alfred; Allie Alice Alison; Andy Andrew; Annie Ann Anna Anne; Archie Archibald;
Art Arthur; Bab Barbara; Babs Barbara; Barney Barnabas Bernard; Bart Bartholomew; Bea Beatrice;
Becca Rebecca; Becky Rebecca; Bee Beatrice; Bella Isabella Arabella; Belle Isabella Arabella; Ben Benjamin;
Bert Albert Herbert Robert Bertram; Bertie Albert Herbert Bertram; Bess Elizabeth; Bessie Elizabeth;
Bet Elizabeth; Betsy Elizabeth; Betty Elizabeth; Beth Elizabeth; Bill William; Billy William; Bob Robert;
Bobby Robert; Carrie Caroline; Cassy Cassandra; Cassie Cassandra; Cathy Catherine; Charley Charles;
Charlie Charles; Chris Christopher Christina; Cissy Cecilia Cecily; Connie Constance; Cora Coralie;
Cy Cyrus; Dan Daniel; Danny Daniel; Dave David; Davy David; Debby Deborah; Dick Richard; Dickie Richard;
Dob Robert; Dolly Dorothy Dorothea Dora; Dora Dorothea Theodora; Dot Dorothy; Dottie Dorothy; Ed Edward Edmund Edwin;
Eddie Edward Edmund Edwin; Effie Euphemia; Ellen Helen Eleanor; Ellie Eleanor Ellen; Elsie Elizabeth Elspeth;
Eliza Elizabeth; Em Emily Emma; Emmy Emily Emma; Ernie Ernest; Etta Henrietta; Fan Frances Fanny;
Fannie Frances; Fanny Frances; Florrie Florence; Flo Florence Flora; Flossie Florence; Frank Francis Franklin;
Frankie Francis Frank; Fred Frederick Alfred; Freddie Frederick; Freddy Frederick; Fritz Friedrich;
Gabe Gabriel; Georgie George Georgiana Georgina; Georgy George; Gerty Gertrude; Gertie Gertrude; Gil Gilbert;
Grace Gracie; Greg Gregory; Gus Augustus Augustine; Gussie Augusta Augustus; Hal Henry Harold; Hank Henry;
Hannah Johanna; Harry Henry Harold; Hatty Harriet; Hattie Harriet; Hetty Hester Henrietta; Hugh Hubert;
Ike Isaac; Jack John; Jackie John Jacqueline; Jake Jacob; Jamie James; Janey Jane; Jeff Jeffrey Jefferson Geoffrey;
Jem James Jeremy; Jemmy James; Jennie Jane Jennifer; Jenny Jane Jennifer; Jerry Jeremiah Gerald Jerome Jeremy;
Jessie Jessica Janet; Jim James; Jimmie James; Jimmy James; Joe Joseph Joanna Josephine; Joey Joseph;
Johnny John; Jonnie John; Jo Josephine Joanna; Josh Joshua; Josie Josephine; Judy Judith; Kate Catherine Katherine;
Katie Catherine Katherine Kate; Kathy Katherine; Katy Catherine Katherine Kate; Ken Kenneth; Kit Christopher Catherine Kitty;
Kitty Catherine Katherine Kate; Larry Lawrence Laurence; Laurie Laurence Lawrence; Len Leonard; Lena Helena Magdalena;
Leo Leopold Leonard; Lettie Letitia; Letty Letitia; Lew Lewis; Lewis Louis; Lil Lillian Lily; Lina Carolina; Lise Elisabeth;
Liz Elizabeth; Liza Elizabeth; Lizbeth Elizabeth; Lizzie Elizabeth; Lizzy Elizabeth; Lola Dolores; Loo Louisa Louise; Lottie Charlotte;
Lotty Charlotte; Lou Louisa Louis Louise; Luce Lucy; Lucy Lucia Lucinda; Mabel Amabel; Madge Margaret; Mag Margaret;
Maggie Margaret; Maisie Margaret; Mamie Mary; Mandy Amanda; Marge Margaret Margery; Marjorie Margaret; Mat Matthew; Matt Matthew;
Matty Matilda Martha; Mattie Matilda Martha; Maud Matilda Magdalene; Max Maximilian; May Mary Margaret; Meg Margaret;
Meggy Margaret; Mick Michael; Mike Michael; Millie Millicent Emily Mildred; Milly Millicent Emily Mildred; Mina Wilhelmina;
Minnie Wilhelmina Minerva Mary; Minty Araminta; Moll Mary; Molly Mary; Nan Ann Anne Anna; Nancy Ann Anne Anna; Nannie Ann Anne Anna;
Nat Nathaniel Nathan; Ned Edward Edmund; Neddy Edward; Nell Helen Ellen Eleanor; Nellie Helen Ellen Eleanor; Nelly Helen Ellen Eleanor;
Nettie Annette Henrietta; Nick Nicholas; Nicky Nicholas; Noll Oliver; Nora Eleanor Honora; Nat Nathaniel; Oll Oliver; Pat Patrick Patricia;
Paddy Patrick; Patty Martha Patience; Peg Margaret; Peggy Margaret; Pen Penelope; Penny Penelope; Perce Percy; Pete Peter;
Phil Philip Phillip; Pip Philip; Poll Mary; Polly Mary; Pru Prudence; Rafe Ralph; Ray Raymond; Rob Robert; Robin Robert;
Rod Roderick Rodney; Ron Ronald; Rose Rosalind Rosamond; Rosie Rose; Sadie Sarah; Sal Sarah Sally; Sally Sarah;
Sam Samuel; Sammy Samuel; Sandy Alexander; Sid Sidney Sydney; Sim Simon; Sis Cecilia; Sissy Cecilia Cecily; Sol Solomon;
Sophy Sophia; Stella Estella; Steve Stephen Steven; Sue Susan Susanna; Suky Susan; Susie Susan Susanna; Susy Susan Susanna;
Ted Edward Theodore; Teddy Edward Theodore; Terry Terence; Tess Theresa; Theo Theodore Theobald; Thea Dorothea; Tibby Theobald Isabella;
Tilly Matilda; Tim Timothy; Timmy Timothy; Tina Christina; Toby Tobias; Tom Thomas; Tommy Thomas; Tony Anthony Antony; Trixie Beatrice;
Trudy Gertrude; Val Valentine; Vic Victor Victoria; Vicky Victoria; Viv Vivian; Wal Walter; Wat Walter; Wally Walter;
Wil William; Will William; Willie William; Willy William; Winnie Winifred; Zeke Ezekiel; Zack Zachary Zachariah;
Huck Huckleberry;
Alyosha Alexei Alexey; Andrei Andrew; Andryusha Andrew Andrei; Annette Anna; Anya Anna; Asya Anna; Boris Borya; Borenka Boris;
Dasha Darya; Denis Denisov; Dima Dmitri; Dmitri Dmitry; Dunya Avdotya; Dunyasha Avdotya; Fedya Fyodor Theodore; Grisha Grigori; Grusha Agrafena;
Ilyusha Ilya; Ivanushka Ivan; Katenka Katerina Ekaterina; Katya Katerina Ekaterina Catherine; Kolya Nikolai Nicholas; Koko Nicholas;
Kostya Konstantin; Kotik Nicholas; Lelya Elena Helene; Lenotchka Elena; Lev Leo; Lyuba Lyubov; Manya Maria; Masha Maria Marya Mary;
Mary Marya; Mishka Mikhail Michael; Misha Mikhail Michael; Mitenka Dmitri; Mitka Dmitri; Mitya Dmitri Dmitry; Nadya Nadezhda;
Nastasya Anastasia; Nastya Anastasia; Natalya Natalie; Natasha Natalya Natalie; Natashka Natasha; Nikita Nikolai; Nikolai Nicholas; Nikolenka Nicholas Nikolai;
Nikolushka Nicholas Nikolai; Olya Olga; Pasha Pavel Praskovya; Pavel Paul; Petenka Peter Petya; Petka Petya Peter; Petrusha Peter; Petya Peter Pyotr;
Pierre Peter Pyotr; Polya Polina; Rodya Rodion; Rodka Rodion; Sasha Alexander Alexandra; Senya Semyon Arseny; Seryozha Sergei;
Shura Alexander Alexandra; Sofya Sophia; Sonechka Sofya; Sonya Sofya Sophia; Styopa Stepan; Tanya Tatyana; Vanka Ivan; Vanya Ivan; Varenka Varvara;
Varya Varvara; Vasenka Vasili; Vaska Vasili Denisov; Vasya Vasili; Vera Verushka; Volodya Vladimir; Vova Vladimir; Yasha Yakov; Yura Yuri; Zhenya Evgeni Evgenia;
Hans Johannes Johann; Heinz Heinrich; Gretchen Margarete Margaret; Greta Margarete; Lotte Charlotte; Liesl Elisabeth; Resi Theresa;
Jeannot Jean; Jeanneton Jeanne; Lisette Elisabeth; Manon Marie; Margot Marguerite Margaret; Ninette Anne; Pierrot Pierre; Toinette Antoinette
"""

_MEN = """
Aaron Abel Abner Abraham Adam Adolphe Adrian Alan Albert Alec Alexander Alexei Alexey Alfred Algernon Ambrose Amos Anatole
Andrei Andrew Angus Anthony Antoine Antony Archibald Archie Arnold Arthur Aubrey August Augustine Augustus Barnabas Barney
Bartholomew Basil Benjamin Bernard Bertram Bill Billy Bob Boris Brian Bruno Caleb Cecil Cedric Charles Charley Charlie
Christian Christopher Clarence Claude Clement Conrad Cornelius Cuthbert Cyril Cyrus Dan Daniel Dave David Denis Dennis Dick Dmitri
Dominic Donald Douglas Duncan Ebenezer Edgar Edmond Edmund Edward Edwin Elias Elijah Emil Emile Enoch Eric Ernest Ernst Etienne
Eugene Eustace Ezra Felix Ferdinand Francis Francois François Frank Franklin Franz Fred Frederic Frederick Friedrich Fritz Fyodor Gabriel Gaston Geoffrey
George Gerald Gideon Gilbert Giles Godfrey Gregory Grigori Guy Hal Hamish Hans Harold Harry Harvey Heinrich Henri Henry Herbert Herman
Hezekiah Hippolyte Hiram Horace Horatio Howard Hubert Hugh Hugo Humphrey Ichabod Ike Ilya Isaac Isaiah Israel Ivan Jack Jacob Jacques Jake James Jason
Jasper Jean Jeffrey Jem Jeremiah Jeremy Jerome Jerry Jesse Jim Jimmy Joachim Joe Joel Johann John Johnny Jonah Jonas Jonathan Joseph Joshua
Josiah Jude Jules Julian Julius Karl Kenneth Konstantin Lancelot Laurence Lawrence Lemuel Leo Leon Leonard Leopold Levin Lewis Lionel
Louis Lucas Lucien Luke Luther Malcolm Marcel Marcus Mark Marmaduke Martin Matthew Maurice Max Maximilian Michael Mick Mike Mikhail Miles Montague
Mordecai Mortimer Moses Nathan Nathaniel Ned Neville Nicholas Nick Nicolas Nigel Nikolai Noah Noel Norman Obadiah Oliver Orlando Oscar Oswald Otto Owen
Patrick Paul Pavel Percival Percy Peter Petya Phileas Philip Phillip Phineas Pierre Pyotr Quentin Ralph Randolph Raoul Raymond Rene René Reginald Reuben Richard
Robert Roderick Rodney Rodion Roger Roland Ronald Rory Rudolf Rufus Rupert Samuel Saul Sebastian Semyon Sergei Septimus Seth Sherlock Sidney Sigmund Silas Silvester
Simeon Simon Solomon Stanley Stephen Steven Sydney Sylvester Ted Terence Thaddeus Theobald Theodore Thomas Timothy Titus Tobias Toby Tom Tommy
Tristram Ulysses Uriah Valentine Vasili Vernon Victor Vincent Vivian Vladimir Walter Wilfred Wilfrid Wilhelm Will William Winston Yakov Yuri Zachariah Zachary
"""

_WOMEN = """
Abigail Ada Adela Adelaide Adele Adeline Agatha Agnes Alexandra Alice Alicia Alison Althea Amabel Amanda Amelia Amy Anastasia
Angela Angelica Ann Anna Anne Annette Annie Antoinette Antonia Arabella Aramina Araminta Augusta Aurora Avdotya Barbara Beatrice Becky Bella Bertha Beryl Bess Bessie
Beth Betsy Betty Blanche Brenda Bridget Camilla Carlotta Carmen Caroline Cassandra Catherine Cathy Cecilia Cecily Celeste Celestine Celia Charity
Charlotte Chloe Christina Christine Clara Clarissa Claire Clemency Clementina Clementine Constance Cora Cordelia Cornelia Cynthia Daisy Daphne Darya
Deborah Delia Diana Dinah Dolly Dolores Dora Dorothea Dorothy Edith Edna Effie Eileen Elaine Eleanor Elena Elinor Elise Eliza Elisabeth Elizabeth
Ella Ellen Elsie Emilia Emily Emma Emmeline Esmeralda Estella Esther Ethel Etta Eugenia Eugenie Eunice Euphemia Eva Evangeline Eve Evelina Evie
Fanny Fantine Faith Fannie Felicia Felicity Flora Florence Frances Francesca Freda Frieda Genevieve Georgiana Georgina Geraldine Gertrude Gladys Grace Greta
Gretchen Griselda Gwendolen Gwendoline Hannah Harriet Hattie Helen Helena Helene Hélène Henrietta Hester Hetty Hilda Honoria Hope Ida Imogen Ines Inez Irene Iris Isabel
Isabella Ivy Jane Janet Jeanne Jemima Jennie Jenny Jessica Jessie Joan Joanna Josephine Joyce Juana Judith Judy Julia Juliana Julie Julie Juliet Justine Kate Katerina
Katherine Kathleen Katie Katya Kitty Laetitia Laura Lavinia Leah Lena Leonora Letitia Lettice Lilian Lillian Lily Lisa Liza Lizzie Lizzy Lois Lottie Louisa Louise Lucia
Lucille Lucinda Lucy Lydia Mabel Madeleine Madeline Magdalen Maggie Mamie Margaret Margery Marguerite Maria Marian Marianne Marie Marina Marion Marjorie
Martha Marya Mary Matilda Maud Maude May Meg Melissa Mercy Mildred Millicent Milly Mina Minerva Minnie Mirabel Miranda Miriam Molly Mollie Muriel Myra Myrtle Nadia Nancy
Natalie Natalya Natasha Nell Nellie Nelly Nettie Nina Nora Norah Octavia Olga Olive Olivia Olympia Ophelia Pamela Patience Patty Paula Pauline Pearl Peggy Penelope
Philippa Phoebe Phyllis Polly Priscilla Prudence Rachael Rachel Rebecca Regina Rhoda Rosa Rosalie Rosalind Rosamond Rosamund Rose Rosemary Rosina Roxana
Ruth Sally Salome Sarah Selina Sibyl Sonia Sonya Sophia Sophie Sophy Stella Susan Susanna Susannah Susie Sybil Sylvia Tabitha Tamara Tamar Tatyana
Tess Theodora Theresa Tilly Ursula Valeria Vanessa Varvara Vera Veronica Victoria Vida Violet Virginia Viola Wilhelmina Winifred Yvonne Zelda Zoe Zora
"""


def _short_forms() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _SHORT.replace("\n", " ").split(";"):
        short, *full = line.split()
        found.setdefault(short, set()).update(full)
    return {short: frozenset(full) for short, full in found.items()}


SHORT_FORMS = _short_forms()
"""Of each short form the names that it may be short for."""

MEN = frozenset(_MEN.split())
WOMEN = frozenset(_WOMEN.split())

PATRONYMICS = (("ovich", "evich", "ich", "ych"), ("ovna", "evna", "ichna", "inichna"))
"""Endings of Russian patronymics, of men and of women."""


def may_be_same(a: str, b: str) -> bool:
    """Tell whether two different given names may be one: short for each other or for one and the same."""
    if a == b:
        return False
    longer_a, longer_b = SHORT_FORMS.get(a, frozenset()), SHORT_FORMS.get(b, frozenset())
    return b in longer_a or a in longer_b or bool(longer_a & longer_b)


def is_patronymic(word: str) -> bool:
    """Tell whether a word has the shape of a Russian patronymic ("Pavlovna", "Ilyich")."""
    return len(word) > 5 and word[0].isupper() and word.endswith((*PATRONYMICS[0], *PATRONYMICS[1]))


def feminine_stem(surname: str) -> str:
    """Return a Russian surname without what marks a woman's or a man's ("Orlova" and "Orlov" alike)."""
    for ending in ("skaya", "skaia", "skaja"):
        if surname.endswith(ending):
            return surname.removesuffix(ending) + "ski"
    if surname.endswith(("sky", "skii", "skiy")):
        return surname[: surname.rindex("sk")] + "ski"
    return surname[:-1] if surname.endswith(("ova", "eva", "ina", "yna")) else surname
