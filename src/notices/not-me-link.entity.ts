import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { epochMilliseconds } from '../database/columns';
import { User } from '../users/user.entity';

/** A mail about an account carries a link by which its reader says that it wasn't them, once. */
@Entity('not_me_links')
export class NotMeLink {
  /** 16 random bytes in hexadecimal. */
  @PrimaryColumn({ length: 32 })
  id!: string;

  @Index('not_me_links_user')
  @Column({ name: 'user_id' })
  userId!: number;

  /** Where it was sent. */
  @Column({ length: 254 })
  address!: string;

  @Index('not_me_links_expires')
  @Column({ ...epochMilliseconds, name: 'expires_at' })
  expiresAt!: number;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'fk_not_me_links_user' })
  user!: Relation<User>;
}
