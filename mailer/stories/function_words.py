"""Words that tell nothing of an event (pure), folded as `folding` folds them.

In a window of thousands of articles their frequency says so by itself; in one of ten it does not.
The days and months are among them: all the press of a day shares its date.
"""

_FRENCH = """
au aux avec ce ces cet cette comme comment contre dans de des depuis deux du elle elles en encore
entre est et etait etre eux fait font il ils je jusqu la le les leur leurs lors lui mais me meme mes
moins mon ne ni nos notre nous on ont ou par pas plus pour pourquoi pres puis qu quand que quel
quelle qui sa sans se selon ses si son sont sous sur ta tes toi ton tous tout toute toutes tres tu
un une va vers vos votre vous apres avant aussi ainsi alors apres aujourd hui avait avoir ayant
cela celle celui ceux chez dont donc dun dune ete etaient il faut peut peuvent rien sera seront
soit sur y a
lundi mardi mercredi jeudi vendredi samedi dimanche janvier fevrier mars avril mai juin juillet aout
septembre octobre novembre decembre
"""
_SPANISH = """
a al algo ante antes asi aun aunque cada como con contra cual cuando de del desde donde dos durante
e el ella ellas ellos en entre era eran es esa ese eso esta estaba estan estar este esto fue fueron
ha habia han hasta hay la las le les lo los mas me mi mientras muy ni no nos o otra otro para pero
por porque pues que quien se sea segun ser si sido sin sobre son su sus tambien tan tanto te tiene
tienen todo todos tras tu un una uno unos y ya yo
lunes martes miercoles jueves viernes sabado domingo enero febrero marzo abril mayo junio julio
agosto septiembre octubre noviembre diciembre
"""
_ENGLISH = """
a about after all also an and are as at be been before being but by can could did do does for from
had has have he her his how i if in into is it its just more most no not of on one or other our out
over s said says she should so some such t than that the their them then there these they this to
two under up was we were what when where which while who why will with would you your
monday tuesday wednesday thursday friday saturday sunday january february march april june july
august september october november december
"""
_ARABIC = """
في من على علي الى الي عن مع هذا هذه ذلك تلك التي الذي الذين ان انه انها او ام ثم بعد قبل بين كما
لم لن لا ما قد كان كانت يكون تكون حيث عند عبر خلال ضد حول منذ كل بعض غير اي ايضا هو هي هم نحو لدي
ولا وفي ومن وعلي والي وهو وهي وان وقد كما فيما اذا اذ لكن حتي بل سوف به بها له لها لهم منه منها فيه
فيها عليه عليها اليه اليها هناك هنا دون اكثر اقل مثل بان باي لان وكان وذلك وهذا
الاثنين الثلاثاء الاربعاء الخميس الجمعه السبت الاحد يوم اليوم امس
يناير فبراير مارس ابريل ماي مايو يونيو يوليو يوليوز غشت اغسطس شتنبر سبتمبر اكتوبر نونبر نوفمبر دجنبر
ديسمبر كانون شباط اذار نيسان ايار حزيران تموز اب ايلول تشرين
"""

WORDS: dict[str, frozenset[str]] = {
    "fr": frozenset(_FRENCH.split()),
    "es": frozenset(_SPANISH.split()),
    "en": frozenset(_ENGLISH.split()),
    "ar": frozenset(_ARABIC.split()),
}
