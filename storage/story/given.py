"""Given names: short forms, what each is short for, and whether men or women bear a name. Pure data.

General knowledge of English, French, German and Russian first names, not taken from any book. A short
form is only a *reason to look*: names join by what the text does with them (joining_by_use.py, T49).
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_SHORT = """
Nicolas Nicholas Nikolai; Andre Andrew Andrei; Marie Mary Maria Marya; Sophie Sophia Sofya Sonya;
Natalie Natalya Natasha; Nikolay Nicholas; Platosha Platon; Dronushka Dron;
Abby Abigail; Abe Abraham; Addie Adelaide Adeline; Aggie Agnes; Al Albert Alfred Alan; Alec Alexander;
Alex Alexander; Alf Alfred; Allie Alice Alison;
Alyosha Alexei Alexey; Andrei Andrew; Andrusha Andrew Andrei; Andryusha Andrew Andrei; Andy Andrew;
Annette Anna; Annie Ann Anna Anne; Anya Anna; Archie Archibald; Art Arthur; Asya Anna; Bab Barbara;
Babs Barbara; Barney Barnabas Bernard; Bart Bartholomew; Bea Beatrice; Becca Rebecca;
Becky Rebecca; Bee Beatrice; Bella Isabella Arabella; Belle Isabella Arabella; Ben Benjamin; Bert Albert
Herbert Robert Bertram; Bertie Albert Herbert Bertram; Bess Elizabeth; Bessie Elizabeth; Bet Elizabeth;
Beth Elizabeth; Betsy Elizabeth; Betty Elizabeth; Bill William; Billy William; Bob Robert; Bobby Robert;
Borenka Boris; Boris Borya; Carrie Caroline; Cassie Cassandra; Cassy Cassandra; Cathy Catherine; Charley
Charles; Charlie Charles; Chris Christopher Christina; Cissy Cecilia Cecily; Connie Constance; Cora
Coralie; Cy Cyrus; Dan Daniel; Danny Daniel; Dasha Darya; Dave David; Davy David; Debby Deborah; Denis
Denisov; Dick Richard; Dickie Richard; Dima Dmitri; Dmitri Dmitry; Dob Robert; Dolly Dorothy Dorothea
Dora; Dora Dorothea Theodora; Dot Dorothy; Dottie Dorothy; Dunya Avdotya; Dunyasha Avdotya; Ed Edward
Edmund Edwin; Eddie Edward Edmund Edwin; Effie Euphemia; Eliza Elizabeth; Ellen Helen Eleanor; Ellie
Eleanor Ellen; Elsie Elizabeth Elspeth; Em Emily Emma; Emmy Emily Emma; Ernie Ernest; Etta Henrietta;
Fan Frances Fanny; Fannie Frances; Fanny Frances; Fedya Fyodor Theodore; Flo Florence Flora; Florrie
Florence; Flossie Florence; Frank Francis Franklin; Frankie Francis Frank; Fred Frederick Alfred;
Freddie Frederick; Freddy Frederick; Fritz Friedrich; Gabe Gabriel; Georgie George Georgiana Georgina;
Georgy George; Gertie Gertrude; Gerty Gertrude; Gil Gilbert; Grace Gracie; Greg Gregory; Greta
Margarete; Gretchen Margarete Margaret; Grisha Grigori; Grusha Agrafena; Gus Augustus Augustine; Gussie
Augusta Augustus; Hal Henry Harold; Hank Henry; Hannah Johanna; Hans Johannes Johann; Harry Henry
Harold; Hattie Harriet; Hatty Harriet; Heinz Heinrich; Hetty Hester Henrietta; Huck Huckleberry; Hugh
Hubert; Ike Isaac; Ilyusha Ilya; Ivanushka Ivan; Jack John; Jackie John Jacqueline; Jake Jacob; Jamie
James; Janey Jane; Jeanneton Jeanne; Jeannot Jean; Jeff Jeffrey Jefferson Geoffrey; Jem James Jeremy;
Jemmy James; Jennie Jane Jennifer; Jenny Jane Jennifer; Jerry Jeremiah Gerald Jerome Jeremy; Jessie
Jessica Janet; Jim James; Jimmie James; Jimmy James; Jo Josephine Joanna; Joe Joseph Joanna Josephine;
Joey Joseph; Johnny John; Jonnie John; Josh Joshua; Josie Josephine; Judy Judith; Kate Catherine
Katherine; Katenka Katerina Ekaterina; Kathy Katherine; Katie Catherine Katherine Kate; Katy Catherine
Katherine Kate; Katya Katerina Ekaterina Catherine; Ken Kenneth; Kit Christopher Catherine Kitty; Kitty
Catherine Katherine Kate; Koko Nicholas; Kolya Nikolai Nicholas; Kostya Konstantin; Kotik Nicholas;
Larry Lawrence Laurence; Laurie Laurence Lawrence; Lelya Elena Helene; Len Leonard; Lena Helena
Magdalena; Lenotchka Elena; Leo Leopold Leonard; Lettie Letitia; Letty Letitia; Lev Leo; Lew Lewis;
Lewis Louis; Liesl Elisabeth; Lil Lillian Lily; Lina Carolina; Lise Elisabeth; Lisette Elisabeth; Liz
Elizabeth; Liza Elizabeth; Lizbeth Elizabeth; Lizzie Elizabeth; Lizzy Elizabeth; Lola Dolores; Loo
Louisa Louise; Lotte Charlotte; Lottie Charlotte; Lotty Charlotte; Lou Louisa Louis Louise; Luce Lucy;
Lucy Lucia Lucinda; Lyuba Lyubov; Mabel Amabel; Madge Margaret; Mag Margaret; Maggie Margaret; Maisie
Margaret; Mamie Mary; Mandy Amanda; Manon Marie; Manya Maria; Marge Margaret Margery; Margot Marguerite
Margaret; Marjorie Margaret; Mary Marya; Masha Maria Marya Mary; Mat Matthew; Matt Matthew; Mattie
Matilda Martha; Matty Matilda Martha; Maud Matilda Magdalene; Max Maximilian; May Mary Margaret; Meg
Margaret; Meggy Margaret; Mick Michael; Mike Michael; Millie Millicent Emily Mildred; Milly Millicent
Emily Mildred; Mina Wilhelmina; Minnie Wilhelmina Minerva Mary; Minty Araminta; Misha Mikhail Michael;
Mishka Mikhail Michael; Mitenka Dmitri; Mitka Dmitri; Mitya Dmitri Dmitry; Moll Mary; Molly Mary; Nadya
Nadezhda; Nan Ann Anne Anna; Nancy Ann Anne Anna; Nannie Ann Anne Anna; Nastasya Anastasia; Nastya
Anastasia; Nat Nathaniel; Nat Nathaniel Nathan; Natalya Natalie; Natasha Natalya Natalie; Natashka
Natasha; Ned Edward Edmund; Neddy Edward; Nell Helen Ellen Eleanor; Nellie Helen Ellen Eleanor; Nelly
Helen Ellen Eleanor; Nettie Annette Henrietta; Nick Nicholas; Nicky Nicholas; Nikita Nikolai; Nikolai
Nicholas; Nikolenka Nicholas Nikolai; Nikolushka Nicholas Nikolai; Ninette Anne; Noll Oliver; Nora
Eleanor Honora; Oll Oliver; Olya Olga; Paddy Patrick; Pasha Pavel Praskovya; Pat Patrick Patricia; Patty
Martha Patience; Pavel Paul; Peg Margaret; Peggy Margaret; Pen Penelope; Penny Penelope; Perce Percy;
Pete Peter; Petenka Peter Petya; Petka Petya Peter; Petrusha Peter; Petya Peter Pyotr; Phil Philip
Phillip; Pierre Peter Pyotr; Pierrot Pierre; Pip Philip; Poll Mary; Polly Mary; Polya Polina; Pru
Prudence; Rafe Ralph; Ray Raymond; Resi Theresa; Rob Robert; Robin Robert; Rod Roderick Rodney; Rodka
Rodion; Rodya Rodion; Ron Ronald; Rose Rosalind Rosamond; Rosie Rose; Sadie Sarah; Sal Sarah Sally;
Sally Sarah; Sam Samuel; Sammy Samuel; Sandy Alexander; Sasha Alexander Alexandra; Senya Semyon Arseny;
Seryozha Sergei; Shura Alexander Alexandra; Sid Sidney Sydney; Sim Simon; Sis Cecilia; Sissy Cecilia
Cecily; Sofya Sophia; Sol Solomon; Sonechka Sofya; Sonya Sofya Sophia; Sophy Sophia; Stella Estella;
Steve Stephen Steven; Styopa Stepan; Sue Susan Susanna; Suky Susan; Susie Susan Susanna; Susy Susan
Susanna; Tanya Tatyana; Ted Edward Theodore; Teddy Edward Theodore; Terry Terence; Tess Theresa; Thea
Dorothea; Theo Theodore Theobald; Tibby Theobald Isabella; Tilly Matilda; Tim Timothy; Timmy Timothy;
Tina Christina; Toby Tobias; Toinette Antoinette; Tom Thomas; Tommy Thomas; Tony Anthony Antony; Trixie
Beatrice; Trudy Gertrude; Val Valentine; Vanka Ivan; Vanya Ivan; Varenka Varvara; Varya Varvara; Vasenka
Vasili; Vaska Vasili Denisov; Vasya Vasili; Vera Verushka; Vic Victor Victoria; Vicky Victoria; Viv
Vivian; Volodya Vladimir; Vova Vladimir; Wal Walter; Wally Walter; Wat Walter; Wil William; Will
William; Willie William; Willy William; Winnie Winifred; Yasha Yakov; Yura Yuri; Zack Zachary Zachariah;
Zeke Ezekiel; Zhenya Evgeni Evgenia
"""

_MEN = """
Aaron Abel Abner Abraham Abram Absalom Adam Adolphe Adrian Alan Albert Alec Aleksandr Alexander Alexei
Alexey Alexis Alfonso Alfred Algernon Alick Alistair Allan Alonzo Alphonse Alphonso Alvin Alyosha
Ambrose Amos Anatole Andre Andrei Andrew Angus Ansel Anselm Anthony Antoine Anton Antonio Antony
Archibald Archie Arkady Armand Arnold Artemas Arthur Asa Asher Athelstan Aubrey August Auguste Augustine
Augustus Azariah Balthazar Baptiste Barnabas Barney Barry Bartholomew Basil Benedict Benjamin Bernard
Berthold Bertram Bertrand Bill Billy Bob Boris Brian Bruce Bruno Bryan Caleb Calvin Carlo Carlos Caspar
Casper Cecil Cedric Cephas Charles Charley Charlie Chester Christian Christopher Clarence Claude
Claudius Clement Clifford Clive Clyde Colin Conrad Cornelius Cosmo Crispin Curtis Cuthbert Cyprian Cyril
Cyrus Damian Dan Daniel Darius Dave David Denis Dennis Denys Derek Dexter Dick Diego Dmitri Dominic
Dominick Donald Douglas Dudley Duncan Dunstan Dwight Ebenezer Edgar Edmond Edmund Edouard Edward Edwin
Egbert Eldred Eli Elias Elijah Eliphalet Elisha Elliot Elmer Emanuel Emil Emile Emmanuel Enoch Enos
Ephraim Erasmus Eric Ernest Ernst Esau Ethan Etienne Eugene Eustace Evan Everard Everett Evgeny Ewan
Ewen Ewing Ezekiel Ezra Fabrice Fedor Felix Ferdinand Fergus Fernando Floyd Francesco Francis Francois
Frank Franklin Franz François Fred Frederic Frederick Friedrich Fritz Fyodor Gabriel Gamaliel Gaspard
Gaston Gavin Geoffrey George Georges Gerald Gerard Gideon Gilbert Giles Giovanni Giuseppe Glen Godfrey
Gordon Graham Gregory Grigori Grigory Guido Guillaume Gus Gustav Gustave Gustavus Guy Hal Hamish Hank
Hannibal Hans Harold Harry Harvey Hector Heinrich Henri Henry Herbert Herman Hermann Hezekiah Hippolyte
Hiram Homer Horace Horatio Howard Hubert Hugh Hugo Humphrey Ian Ichabod Ignatius Igor Ike Ilya Ira
Irving Isaac Isaiah Ishmael Israel Ivan Ivor Jabez Jack Jacob Jacques Jake James Jared Jason Jasper Jay
Jean Jed Jedediah Jeff Jeffrey Jem Jeremiah Jeremy Jerome Jerry Jesse Jethro Jim Jimmy Joab Joachim Jock
Joe Joel Johann Johannes John Johnny Jonah Jonas Jonathan Jose Joseph Joshua Josiah Jotham Jude Jules
Julian Julius Justin Karl Keith Ken Kenneth Kevin Kiril Kirill Konstantin Kurt Lance Lancelot Larry
Laurence Laurent Lawrence Leander Lemuel Leo Leon Leonard Leonid Leonidas Leopold Leroy Lester Lev Levi
Levin Lewis Linus Lionel Llewellyn Lloyd Lorenzo Lothar Louis Lucas Lucian Lucien Lucius Luigi Luke
Luther Lycurgus Lyman Magnus Malachi Malcolm Manuel Marcel Marcellus Marco Marcus Mario Marius Mark
Marmaduke Martin Marvin Matthew Maurice Max Maxim Maxime Maximilian Merlin Mervyn Micah Michael Michel
Mick Miguel Mike Mikhail Miles Milo Mitya Montague Monty Mordecai Morris Mortimer Moses Murdoch Murray
Myles Myron Nathan Nathaniel Neal Ned Nehemiah Neil Nelson Nevil Neville Niccolo Nicholas Nick Nicodemus
Nicolas Nigel Nikita Nikolai Noah Noel Norman Obadiah Octavius Olaf Oleg Oliver Orlando Orson Orville
Oscar Osmond Osric Oswald Otis Otto Owen Pablo Paolo Patrick Paul Pavel Pedro Percival Percy Peter Petya
Philander Phileas Philemon Philip Philippe Phillip Phineas Pierre Pietro Platon Porfiry Pyotr Quentin
Ralph Ramon Randal Randolph Raoul Raphael Ray Raymond Reggie Reginald Rene René Reuben Rex Reynold
Richard Robert Roderick Rodger Rodion Rodney Rodolphe Roger Roland Rolf Ronald Rory Roscoe Rowland Roy
Rudolf Rudolph Rufus Rupert Russell Sam Samson Samuel Saul Scott Sean Sebastian Selwyn Semyon Septimus
Sergei Seth Seymour Shadrach Sherlock Sherman Sidney Siegfried Sigismund Sigmund Silas Silvanus
Silvester Simeon Simon Solomon Spencer Stanislas Stanley Stefan Stepan Stephen Steven Stuart Sydney
Sylvanus Sylvester Ted Terence Thaddeus Theobald Theodore Theophilus Thierry Thomas Tim Timofey Timothy
Titus Tobias Toby Todd Tom Tommy Tony Trevor Tristan Tristram Tyler Ulrich Ulysses Uriah Valentine
Vasili Vasily Vergil Vernon Victor Vincent Vincenzo Virgil Vivian Vladimir Wallace Walter Warren Wesley
Wilbur Wilfred Wilfrid Wilhelm Will Willard William Willis Winfield Winston Winthrop Woodrow Xavier
Yakov Yegor Yuri Yves Zachariah Zachary Zebulon
"""

_WOMEN = """
Abigail Ada Adah Adela Adelaide Adele Adelina Adeline Adriana Agatha Aglaya Agnes Aileen Akulina Alberta
Alethea Alexandra Alexandrine Alice Alicia Aline Alison Allegra Alma Almira Althea Alva Alvina Amabel
Amalia Amanda Amelia Amelie Amy Anastasia Andrea Angela Angelica Angelina Angeline Anisya Anita Ann Anna
Annabel Anne Annette Annie Antoinette Antonia Aphra Arabella Aramina Araminta Arlene Artemisia Audrey
Augusta Aurelia Aurora Ava Avdotya Avis Barbara Bathsheba Beatrice Beatrix Becky Belinda Bella Berenice
Bernadette Bernice Bertha Beryl Bess Bessie Bessy Beth Betsey Betsy Bettina Betty Beulah Bianca Biddy
Blanche Bonnie Brenda Bridget Camilla Camille Candace Carla Carlotta Carmen Carmilla Carol Caroline
Carrie Cassandra Catharine Catherine Cathleen Cathy Cecile Cecilia Cecily Celeste Celestine Celia
Charity Charlotte Charmian Chloe Chrissie Christabel Christiana Christina Christine Cicely Claire Clara
Clare Clarice Clarinda Clarissa Claudia Clemency Clementina Clementine Cleopatra Clotilde Colette Connie
Constance Constantia Consuelo Cora Coralie Cordelia Corinna Corinne Cornelia Cosette Cressida Cynthia
Daisy Damaris Daphne Darya Deborah Deirdre Delia Delilah Delphine Denise Desdemona Diana Diane Dido
Dinah Dolly Dolores Dora Dorcas Doreen Doris Dorothea Dorothy Drusilla Dulcie Dunya Edith Edna Edwina
Effie Eileen Elaine Eleanor Eleanora Elena Elinor Elisa Elisabeth Elise Eliza Elizabeth Ella Ellen
Eloise Elsa Elsie Elspeth Elvira Emeline Emilia Emily Emma Emmeline Emmie Enid Erica Ernestine Esmeralda
Essie Estella Estelle Esther Ethel Ethelinda Etta Eudora Eugenia Eugenie Eulalia Eulalie Eunice Euphemia
Eva Evadne Evangeline Eve Evelina Eveline Evie Faith Fannie Fanny Fantine Fatima Faustina Fay Felicia
Felicity Fern Fidelia Flavia Fleur Flora Florence Frances Francesca Francie Freda Frederica Frida Frieda
Gabriella Gabrielle Genevieve Georgette Georgiana Georgina Geraldine Gerda Germaine Gertrude Gilda
Gillian Ginevra Giulia Gladys Glenda Gloria Goneril Grace Greta Gretchen Griselda Grizel Grushenka
Guinevere Gwen Gwendolen Gwendoline Gwendolyn Hannah Harriet Harriett Hattie Hazel Heather Hebe Hedda
Hedwig Heidi Helen Helena Helene Helga Heloise Henrietta Henriette Hepzibah Hermia Hermione Hester
Hettie Hetty Hilda Hippolyta Honora Honoria Hope Hortense Hypatia Hélène Ianthe Ida Ilse Imogen Imogene
Ines Inez Inga Ingeborg Ingrid Iphigenia Irene Iris Irma Isabel Isabella Isabelle Isobel Isolde Ivy
Jacqueline Jane Janet Janetta Janie Jeanie Jeanne Jeannette Jemima Jennie Jenny Jerusha Jessica Jessie
Jezebel Jill Joan Joanna Johanna Josepha Josephine Josie Joy Joyce Juana Judith Judy Julia Juliana Julie
Juliet Juliette June Justine Karen Kate Katerina Katharine Katherine Kathleen Kathy Katie Katya Keturah
Keziah Kitty Laetitia Lalage Laura Lavinia Leah Leila Lena Lenore Leonie Leonora Leopoldine Letitia
Lettice Lila Lilian Lilias Lilith Lillian Lillie Lily Linda Lisa Livia Liza Lizaveta Lizzie Lizzy Lois
Lola Lorna Lorraine Lottie Louisa Louise Lucia Lucilla Lucille Lucinda Lucrece Lucretia Lucy Luella Lulu
Lydia Lynn Mabel Madeleine Madeline Madelon Madge Magda Magdalen Magdalena Maggie Maisie Malvina Mamie
Marcella Marcia Marfa Margaret Margaretta Margery Margherita Margo Margot Marguerite Maria Marian
Mariana Marianne Marie Marietta Mariette Marigold Marina Marion Marjorie Marjory Marlene Martha Martine
Mary Marya Masha Mathilde Matilda Maud Maude Maureen Maxine May Meg Mehitabel Melanie Melissa Melusina
Mercedes Mercy Mildred Millicent Milly Mimi Mina Minerva Minna Minnie Mirabel Miranda Miriam Moira
Mollie Molly Mona Monica Muriel Myra Myrtle Mysie Nadezhda Nadia Nan Nancy Nanette Naomi Nastasya
Natalia Natalie Natalya Natasha Nell Nellie Nelly Netta Nettie Netty Nicole Nina Ninon Nita Nora Norah
Noreen Octavia Odette Olga Olive Olivia Olympia Ophelia Ottilie Pamela Pansy Patience Patricia Patty
Paula Paulina Pauline Pearl Peggy Penelope Perdita Persis Petra Petronella Philippa Phillis Philomena
Phoebe Phyllis Pippa Polly Poppy Portia Praskovya Priscilla Prudence Prue Rachael Rachel Ramona Rebecca
Regina Renata Rhoda Rita Roberta Rosa Rosabel Rosalie Rosalind Rosaline Rosamond Rosamund Rosanna Rose
Rosemary Rosetta Rosie Rosina Rowena Roxana Roxane Roxy Ruby Ruth Sabina Sabrina Sadie Sally Salome
Samantha Sandra Sapphira Sara Sarah Selina Selma Seraphina Serena Sheila Shirley Sibyl Sibylla Sidonie
Silvia Simone Sofya Sonia Sonya Sophia Sophie Sophronia Sophy Stella Stephanie Sukey Susan Susanna
Susannah Susie Sybil Sylvia Sylvie Tabitha Tamar Tamara Tamsin Tatyana Tess Tessie Thekla Thelma
Theodora Theodosia Theresa Therese Thirza Thomasina Thyrza Tilda Tilly Tina Titania Trudy Tryphena Una
Undine Ursula Valentina Valeria Valerie Vanessa Varvara Vashti Vera Verena Verity Veronica Victoria
Victorine Vida Viola Violet Violetta Virginia Vivien Wanda Wendy Wilhelmina Willa Wilma Winifred Yelena
Yolande Yvette Yvonne Zara Zelda Zenobia Zillah Zoe Zora Zuleika
"""


@lru_cache(maxsize=4096)
def without_accents(word: str) -> str:
    """Return a word in plain letters."""
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


@lru_cache(maxsize=4096)
def spelled(word: str) -> str:
    """Return a given name or surname as it is compared: no accents, one spelling of Russian endings."""
    plain = without_accents(word)
    for ending, one in (("ay", "ai"), ("ey", "ei"), ("iy", "i"), ("ii", "i"), ("ski", "ski"), ("sky", "ski")):
        if len(plain) > 4 and plain.endswith(ending):
            return plain.removesuffix(ending) + one
    return plain


def _short_forms() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _SHORT.replace("\n", " ").split(";"):
        short, *full = line.split()
        found.setdefault(spelled(short), set()).update(map(spelled, full))
    return {short: frozenset(full) for short, full in found.items()}


SHORT_FORMS = _short_forms()
"""Of each short form the names that it may be short for."""

MEN = frozenset(map(spelled, _MEN.split()))
WOMEN = frozenset(map(spelled, _WOMEN.split()))

PATRONYMICS = (("ovich", "evich", "ich", "ych"), ("ovna", "evna", "ichna", "inichna"))
"""Endings of Russian patronymics, of men and of women."""


def is_short(word: str) -> bool:
    """Tell whether a given name is a short form of another."""
    return spelled(word) in SHORT_FORMS


def is_given(word: str) -> bool:
    """Tell whether a word is a given name or a short form of one."""
    plain = spelled(word)
    return plain in MEN or plain in WOMEN or plain in SHORT_FORMS


def may_be_same(a: str, b: str) -> bool:
    """Tell whether two different given names may be one: short for each other or for one and the same."""
    if a == b:
        return False
    a, b = spelled(a), spelled(b)
    longer_a, longer_b = SHORT_FORMS.get(a, frozenset()), SHORT_FORMS.get(b, frozenset())
    return b in longer_a or a in longer_b or bool(longer_a & longer_b)


def may_be_one_spelling(a: str, b: str) -> bool:
    """Tell whether two surnames or patronymics are one, spelled or shortened otherwise.

    One letter more or less in a long word ("Denney", "Denny"); "-ych" for "-ovich" in a patronymic.
    """
    if is_patronymic(a) and is_patronymic(b):
        return _patronymic_stem(spelled(a)) == _patronymic_stem(spelled(b))
    if abs(len(a) - len(b)) > 1:
        return False
    a, b = without_accents(a), without_accents(b)
    long, short = (a, b) if len(a) >= len(b) else (b, a)
    if a[:1] != b[:1] or len(short) < 5 or len(long) != len(short) + 1:
        return a == b
    # A plural is another word.
    return long != short + "s" and any(long[:i] + long[i + 1 :] == short for i in range(1, len(long)))


def _patronymic_stem(word: str) -> str:
    for ending in ("ovich", "evich", "ych", "ich", "ovna", "evna", "ichna"):
        if word.endswith(ending):
            return word.removesuffix(ending)
    return word


def is_patronymic(word: str) -> bool:
    """Tell whether a word has the shape of a Russian patronymic ("Pavlovna", "Ilyich")."""
    return len(word) > 5 and word[0].isupper() and spelled(word).endswith((*PATRONYMICS[0], *PATRONYMICS[1]))


@lru_cache(maxsize=4096)
def feminine_stem(surname: str) -> str:
    """Return a Russian surname without what marks a woman's or a man's ("Orlova" and "Orlov" alike)."""
    surname = spelled(surname)
    for ending in ("skaya", "skaia", "skaja"):
        if surname.endswith(ending):
            return surname.removesuffix(ending) + "ski"
    return surname[:-1] if surname.endswith(("ova", "eva", "ina", "yna")) else surname
